package io.relaygate.dist;

import static io.relaygate.dist.AzureClients.expect;

import com.azure.storage.queue.QueueClient;
import com.azure.storage.queue.QueueServiceClient;
import com.azure.storage.queue.models.QueueMessageItem;
import com.azure.storage.queue.models.QueuesSegmentOptions;
import java.time.Duration;
import java.util.Map;

/** What can be done with queues. */
final class AzureQueueChecks {

    private final QueueServiceClient service;
    private final QueueClient queue;

    AzureQueueChecks(QueueServiceClient service, String name) {
        this.service = service;
        this.queue = service.getQueueClient(name);
    }

    void to(Map<String, AzureClients.Check> checks) {
        checks.put("a queue is made", queue::create);
        checks.put("queues are listed", () -> expect(service.listQueues(new QueuesSegmentOptions().setIncludeMetadata(true), null, null)
                .stream().anyMatch(each -> each.getName().equals(queue.getQueueName())), "the list"));
        checks.put("a queue's metadata", () -> {
            queue.setMetadata(Map.of("kind", "checks"));
            expect(queue.getProperties().getMetadata().equals(Map.of("kind", "checks")), "the metadata");
        });
        checks.put("messages are put, peeked, changed, taken", this::messages);
        checks.put("a queue is cleared and deleted", () -> {
            queue.clearMessages();
            expect(queue.receiveMessage() == null, "nothing is left");
            queue.delete();
        });
    }

    private void messages() {
        String text = "a <b> & \u00fc\n";
        queue.sendMessage(text);
        expect(queue.peekMessage().getBody().toString().equals(text), "peeked");
        QueueMessageItem taken = queue.receiveMessage();
        expect(taken.getBody().toString().equals(text), "taken");
        String receipt = queue.updateMessage(taken.getMessageId(), taken.getPopReceipt(), "again", Duration.ofSeconds(30)).getPopReceipt();
        queue.deleteMessage(taken.getMessageId(), receipt);
        for (int i = 0; i < 5; i++) {
            queue.sendMessage("m" + i);
        }
        expect(queue.receiveMessages(5).stream().count() == 5, "five at once");
    }
}
