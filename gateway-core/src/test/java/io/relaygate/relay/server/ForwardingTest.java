package io.relaygate.relay.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.net.Buffers;
import io.relaygate.net.FrameReader;
import io.relaygate.net.FrameWriter;
import io.relaygate.net.Link;
import io.relaygate.net.PipeLink;
import io.relaygate.net.Threads;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the relay says by itself while nobody else speaks. */
class ForwardingTest {

    private static final byte[] NORMALLY = {3, (byte) 0xe8};

    private final Threads threads = new Threads(2);
    private final Peer sender = new Peer();
    private final Peer listener = new Peer();

    /** One end of what is forwarded, and the client at it. */
    private static final class Peer {
        final Link client;
        final Link relay;
        final FrameReader reader;
        final FrameWriter writer;

        Peer() {
            PipeLink.Pair pair = PipeLink.pair();
            client = pair.a();
            relay = pair.b();
            client.deadline(Instant.now().plusSeconds(20));
            reader = new FrameReader(client, false);
            writer = new FrameWriter(client, true);
        }

        int next() throws IOException {
            int opcode = reader.next(Link.FOREVER);
            reader.payload(new byte[128], 0, 128, Link.FOREVER);
            return opcode;
        }
    }

    @AfterEach
    void leavesNothing() {
        sender.client.abort();
        listener.client.abort();
        sender.reader.release();
        listener.reader.release();
        threads.close();
        assertThat(Buffers.outstanding()).isZero();
    }

    private static Conduct quietFor(Duration quiet) {
        return new Conduct(
                true, true, true, true, quiet, true, quiet, true, true, true, true, Duration.ZERO, null, new SplittableRandom());
    }

    @Test
    void keepsBothConnectionsAliveAndThatOfWhoeverWaitsForTheRest() throws Exception {
        assertThat(Forwarding.QUIET).as("networks forget after four minutes").isLessThan(Duration.ofMinutes(4));
        Forwarding frames = new Forwarding(sender.relay, listener.relay, quietFor(Duration.ofMillis(20)));
        Thread there = threads.start("there", frames::fromSender);
        Thread back = threads.start("back", frames::fromListener);
        for (int i = 0; i < 2; i++) {
            assertThat(sender.next()).isEqualTo(FrameReader.PONG);
            assertThat(listener.next()).isEqualTo(FrameReader.PONG);
        }
        sender.writer.write(FrameReader.CLOSE, true, NORMALLY, 0, 2);
        int opcode = FrameReader.PONG;
        while (opcode == FrameReader.PONG) {
            opcode = listener.next();
        }
        assertThat(opcode).isEqualTo(FrameReader.CLOSE);
        for (int i = 0; i < 5; i++) {
            assertThat(sender.next()).as("who waits for the rest").isEqualTo(FrameReader.PONG);
        }
        listener.writer.write(FrameReader.CLOSE, true, NORMALLY, 0, 2);
        there.join();
        back.join();
    }
}
