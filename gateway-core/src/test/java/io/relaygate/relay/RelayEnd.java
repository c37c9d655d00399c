package io.relaygate.relay;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.relaygate.net.Buffers;
import io.relaygate.net.FrameReader;
import io.relaygate.net.FrameWriter;
import io.relaygate.net.Link;
import io.relaygate.net.PipeLink;
import io.relaygate.relay.ControlMessage.Response;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The relay's end of one HTTP request, frame by frame: what it hears on the control channel, and the rendezvous once it is opened. */
public final class RelayEnd implements RequestOffer.Way {

    /** What was said of a response, and its whole body. */
    @SuppressWarnings("ArrayRecordComponent") // Nobody compares it.
    public record Answered(Response head, byte[] body) {
        public String text() {
            return new String(body, UTF_8);
        }
    }

    private final BlockingQueue<Answered> onChannel = new LinkedBlockingQueue<>();
    private final BlockingQueue<Link> opened = new LinkedBlockingQueue<>();
    private final CountDownLatch over = new CountDownLatch(1);
    final List<Integer> frames = new ArrayList<>();
    private final PipeLink.Pair pair = PipeLink.pair();
    final Link link = pair.a();
    final FrameReader reader = new FrameReader(link, true);
    final FrameWriter writer = new FrameWriter(link, false);

    @Override
    public void answer(Response response, byte[] body) {
        onChannel.add(new Answered(response, body));
    }

    @Override
    public Link open(Instant deadline) {
        opened.add(link);
        return pair.b();
    }

    @Override
    public void over() {
        over.countDown();
    }

    /** The answer that comes on the control channel. */
    public Answered onChannel() throws InterruptedException {
        Answered come = onChannel.poll(20, TimeUnit.SECONDS);
        if (come == null) {
            throw new AssertionError("no answer on the control channel");
        }
        return come;
    }

    boolean saidNothingOnChannel() {
        return onChannel.isEmpty();
    }

    boolean wasOpened() {
        return !opened.isEmpty();
    }

    public boolean isOver() {
        return over.getCount() == 0;
    }

    /** Waits for the rendezvous, and for the answer on it. */
    Answered onRendezvous() throws IOException, InterruptedException {
        if (opened.poll(20, TimeUnit.SECONDS) == null) {
            throw new AssertionError("no rendezvous");
        }
        Response head = (Response) ControlMessage.parse(new String(message(FrameReader.TEXT), UTF_8));
        frames.clear();
        byte[] body = head.body() ? message(FrameReader.BINARY) : new byte[0];
        if (reader.next(Link.FOREVER) != FrameReader.CLOSE) {
            throw new AssertionError("something comes after the answer");
        }
        close();
        return new Answered(head, body);
    }

    /** The next message, all of it. */
    byte[] message(int kind) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] buffer = new byte[Buffers.PAYLOAD];
        int opcode = reader.next(Link.FOREVER);
        if (opcode != kind) {
            throw new EOFException("a frame of kind " + opcode + " comes");
        }
        while (true) {
            frames.add((int) reader.remaining());
            while (reader.remaining() > 0) {
                all.write(buffer, 0, reader.payload(buffer, 0, buffer.length, Link.FOREVER));
            }
            if (reader.last()) {
                return all.toByteArray();
            }
            reader.next(Link.FOREVER);
        }
    }

    void text(String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        writer.write(FrameReader.TEXT, true, bytes, 0, bytes.length);
    }

    void close() throws IOException {
        writer.write(FrameReader.CLOSE, true, new byte[] {3, (byte) 0xe8}, 0, 2);
        link.close();
        reader.release();
    }

    public void abort() {
        link.abort();
        reader.release();
    }
}
