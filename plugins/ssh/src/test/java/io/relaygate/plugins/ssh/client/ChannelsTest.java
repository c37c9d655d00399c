package io.relaygate.plugins.ssh.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.relaygate.plugins.ssh.wire.ConnectionMessage;
import io.relaygate.plugins.ssh.wire.Incoming;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Messages of the connection protocol as a server may never send them. */
class ChannelsTest {

    private static final byte[] NOTHING = {};

    private final Channels channels = new Channels(task -> Thread.ofVirtual().unstarted(task));

    private void receive(byte[] message) throws IOException {
        channels.receive(message, 0, message.length);
    }

    private TargetChannel open() throws IOException {
        TargetChannel channel = channels.add();
        receive(ConnectionMessage.openConfirmation(channel.id(), 7, 1_000_000, 32_768));
        return channel;
    }

    private static byte[] data(int number, int recipient, byte[] bytes) {
        return ByteBuffer.allocate(9 + bytes.length).put((byte) number).putInt(recipient).putInt(bytes.length).put(bytes).array();
    }

    private static List<byte[]> messages(int id) {
        byte[] some = "some bytes".getBytes(StandardCharsets.US_ASCII);
        byte[] status = {0, 0, 0, 3};
        return List.of(
                ConnectionMessage.globalRequest("hostkeys-00@openssh.com", true, some),
                new byte[] {ConnectionMessage.REQUEST_SUCCESS, 0, 0, 1, 2},
                ConnectionMessage.requestFailure(),
                ConnectionMessage.open("forwarded-tcpip", 3, 1000, 1000, some),
                ConnectionMessage.openConfirmation(id, 7, 1000, 1000),
                ConnectionMessage.openFailure(id, 1, "no"),
                ConnectionMessage.windowAdjust(id, 1000),
                data(ConnectionMessage.CHANNEL_DATA, id, some),
                ConnectionMessage.plain(ConnectionMessage.CHANNEL_EOF, id),
                ConnectionMessage.channelRequest(id, "exit-status", false, status),
                ConnectionMessage.channelRequest(id, "exit-signal", true, data(0, 1, some)),
                ConnectionMessage.channelRequest(id, "keepalive@openssh.com", true, NOTHING),
                ConnectionMessage.plain(ConnectionMessage.CHANNEL_SUCCESS, id),
                ConnectionMessage.plain(ConnectionMessage.CHANNEL_FAILURE, id),
                ConnectionMessage.plain(ConnectionMessage.CHANNEL_CLOSE, id));
    }

    @Test
    void messagesThatAreCutAreErrorsOrHarmlessAtEveryCut() throws IOException {
        for (byte[] message : messages(open().id())) {
            for (int cut = 0; cut < message.length; cut++) {
                byte[] part = Arrays.copyOf(message, cut);
                try {
                    receive(part);
                } catch (IOException e) {
                    assertThat(e).as("message " + message[0] + " cut at " + cut).hasMessageContaining("ends too early");
                }
            }
        }
    }

    @Test
    void messagesThatAreChangedAreNeverMoreThanAnErrorOfTheSession() {
        Random random = new Random(42);
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            for (int round = 0; round < 20_000; round++) {
                Channels each = new Channels(task -> Thread.ofVirtual().unstarted(task));
                TargetChannel channel = each.add();
                each.take(offer -> {});
                for (byte[] message : messages(channel.id())) {
                    byte[] changed = message.clone();
                    for (int i = random.nextInt(3); i > 0; i--) {
                        changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
                    }
                    try {
                        each.receive(changed, 0, changed.length);
                    } catch (IOException e) {
                        each.over(e);
                        break;
                    }
                }
                assertThat(channel.available()).isLessThanOrEqualTo(TargetChannel.WINDOW);
            }
        });
    }

    @Test
    void aNumberThatIsNoneOfTheProtocolsEndsTheSession() {
        assertThatThrownBy(() -> receive(new byte[] {(byte) 192, 0, 0, 0, 0})).isInstanceOf(IOException.class)
                .hasMessageContaining("number 192");
    }

    @Test
    void messagesOfChannelsThatAreClosedAreLeftOut() throws IOException {
        TargetChannel channel = open();
        receive(ConnectionMessage.plain(ConnectionMessage.CHANNEL_CLOSE, channel.id()));

        for (byte[] message : messages(channel.id())) {
            assertThatCode(() -> receive(message)).as("message " + message[0]).doesNotThrowAnyException();
        }
        assertThat(channel.take()).isNull();
    }

    @Test
    void aServerThatAsksOnWithoutTakingAnswersIsGivenUp() {
        byte[] asks = ConnectionMessage.globalRequest("keepalive@openssh.com", true, NOTHING);
        assertThatThrownBy(() -> {
            for (int i = 0; i < 100_000; i++) {
                receive(asks);
            }
        }).isInstanceOf(IOException.class).hasMessage("it asks for more than it takes answers");
    }

    @Test
    void offersThatWaitForAnAnswerAreBounded() throws IOException {
        List<Thread> started = new ArrayList<>();
        Channels many = new Channels(task -> {
            Thread thread = Thread.ofVirtual().unstarted(() -> {});
            started.add(thread);
            return thread;
        });
        many.take(offer -> {});
        byte[] offer = ConnectionMessage.open("forwarded-tcpip", 3, 1000, 1000, NOTHING);

        for (int i = 0; i < 100; i++) {
            many.receive(offer, 0, offer.length);
        }

        assertThat(started).hasSize(32);
    }

    @Test
    void aChannelThatWasGivenUpAndIsOpenedLaterIsClosed() throws IOException {
        TargetChannel channel = channels.add();
        assertThatThrownBy(() -> channel.awaitOpen(Instant.now().plusMillis(10))).hasMessageContaining("in time");

        receive(ConnectionMessage.openConfirmation(channel.id(), 7, 1000, 1000));

        assertThat(channels.outbox().next(Instant.now())).as("the close to be said").isNotNull();
    }

    @Test
    void everythingThatIsAwaitedFailsWhenTheSessionIsLost() throws IOException {
        TargetChannel channel = open();
        receive(data(ConnectionMessage.CHANNEL_DATA, channel.id(), new byte[] {1, 2}));
        channels.over(new IOException("reset"));

        assertThat(channel.take()).isInstanceOf(Incoming.Data.class);
        assertThatThrownBy(channel::take).hasMessageContaining("lost");
        assertThatThrownBy(() -> channel.write(new byte[1], 0, 1)).hasMessageContaining("lost");
        assertThatThrownBy(() -> channel.request("shell", NOTHING, true, Instant.now().plusSeconds(60))).hasMessageContaining("lost");
        assertThatThrownBy(channels::add).hasMessageContaining("lost");
    }
}
