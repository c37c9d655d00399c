package io.relaygate.plugins.ssh.proxy;

import io.relaygate.plugins.ssh.bastion.TargetRule;
import io.relaygate.plugins.ssh.wire.Fields;
import io.relaygate.sdk.HostPort;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.util.buffer.Buffer;

/**
 * What a client asks of its whole session (RFC 4254 section 4). Answers have no numbers, so requests are answered one after the other, on a
 * thread of their own: the target may take its time. What is passed on are requests to listen at the target (section 7.1), where the route permits it.
 */
final class GlobalRequests {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MOST_WAITING = 64;
    private static final int LAST_PORT = 65535;
    private static final String ALL_ADDRESSES = "0.0.0.0";

    private final SshSession transport;
    private final Visit visit;
    private final Channels channels;
    private final BlockingQueue<Request> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private boolean begun;

    /** One of them, with what follows {@code want_reply}. */
    @SuppressWarnings("ArrayRecordComponent") // Nobody compares these.
    private record Request(String type, boolean answered, byte[] data) {}

    GlobalRequests(SshSession transport, Visit visit, Channels channels) {
        this.transport = transport;
        this.visit = visit;
        this.channels = channels;
    }

    /** One has come; false if too many wait for their answer. Called by the thread that reads from the client. */
    boolean put(String type, boolean answered, byte[] data) {
        if (!waiting.offer(new Request(type, answered, data))) {
            return false;
        }
        if (!begun) {
            begun = true;
            visit.session().fork("global requests", this::answerAll);
        }
        return true;
    }

    private void answerAll() throws IOException {
        try {
            while (!visit.isOver()) {
                Request next = waiting.take();
                Optional<byte[]> answer = answer(next);
                if (next.answered()) {
                    say(answer);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void say(Optional<byte[]> answer) throws IOException {
        Buffer message = transport.createBuffer(answer.isPresent() ? SshConstants.SSH_MSG_REQUEST_SUCCESS : SshConstants.SSH_MSG_REQUEST_FAILURE);
        message.putRawBytes(answer.orElse(new byte[0]));
        transport.send(message);
    }

    /** Wakes the thread, whose session is over. */
    void close() {
        waiting.clear();
        waiting.add(new Request("", false, new byte[0]));
    }

    private Optional<byte[]> answer(Request asked) {
        return switch (asked.type()) {
            case "tcpip-forward" -> listen(asked);
            case "cancel-tcpip-forward" -> passed(asked);
            case "streamlocal-forward@openssh.com" -> {
                visit.evidence().refused("listening at a socket of the target (-R)");
                yield Optional.empty();
            }
            // Also the answer to a client that asks whether anybody is there.
            default -> Optional.empty();
        };
    }

    private Optional<byte[]> listen(Request asked) {
        HostPort where;
        try {
            where = where(asked.data());
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
        if (visit.permit().remoteForward().stream().noneMatch(rule -> permits(rule, where))) {
            visit.evidence().refused("listening at the target at " + where + " (-R)");
            return Optional.empty();
        }
        channels.expect("forwarded-tcpip");
        Optional<byte[]> answer = passed(asked);
        visit.session().event("ssh.listen", Map.of("at", where.toString(), "outcome", answer.isPresent() ? "listening" : "refused by the target"));
        return answer;
    }

    /** Port 0 is whichever is free, so all must be permitted. */
    private static boolean permits(TargetRule rule, HostPort where) {
        return where.port() > 0
                ? rule.permits(where)
                : rule.permits(new HostPort(where.host(), 1)) && rule.permits(new HostPort(where.host(), LAST_PORT));
    }

    /** Where the target is to listen; an empty address, and {@code *}, are all of them. */
    private static HostPort where(byte[] data) throws IOException {
        Fields fields = new Fields(data, 0, data.length);
        String address = fields.text();
        return new HostPort(address.isEmpty() || address.equals("*") ? ALL_ADDRESSES : address, fields.int32());
    }

    private Optional<byte[]> passed(Request asked) {
        try {
            return visit.target().request(asked.type(), asked.data(), visit.soon(PATIENCE));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
