package io.relaygate.tunnel;

import io.relaygate.net.Link;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A peer at the other end of a real carrier, for which a test speaks. */
final class RawPeer implements RecordReader.Sink, AutoCloseable {

    private final Link link;
    private final RecordReader reader = new RecordReader();
    private final byte[] buffer = new byte[65_536];
    private final List<CarrierRecord> heard = new ArrayList<>();
    private long stream;

    RawPeer(Link link) {
        this.link = link;
    }

    void say(CarrierRecord record) throws IOException {
        say(record.encode());
    }

    void say(byte[] bytes) throws IOException {
        link.out().write(bytes);
    }

    /** The same bytes again and again, until the other end takes no more. */
    void sayUntilClosed(byte[] bytes) {
        try {
            while (true) {
                link.out().write(bytes);
            }
        } catch (IOException e) {
            // It is what was waited for.
        }
    }

    /** Waits for a record of a type, and skips others; null if the other end closes before. */
    <T extends CarrierRecord> @Nullable T hear(Class<T> type) throws IOException {
        while (true) {
            for (CarrierRecord record : heard) {
                if (type.isInstance(record)) {
                    heard.remove(record);
                    return type.cast(record);
                }
            }
            int n = more();
            if (n < 0) {
                return null;
            }
        }
    }

    /** Whether a record of a type has come meanwhile, while another was waited for. */
    boolean hasHeard(Class<? extends CarrierRecord> type) {
        return heard.stream().anyMatch(type::isInstance);
    }

    /** Waits for some of the stream. */
    void hearData() throws IOException {
        while (stream == 0 && more() >= 0) {
            // It comes with what is read next.
        }
    }

    private int more() throws IOException {
        try {
            int n = link.read(buffer, 0, buffer.length, Duration.ofSeconds(20));
            if (n == 0) {
                throw new AssertionError("the other end neither answers nor closes");
            }
            if (n > 0) {
                reader.feed(buffer, 0, n, this);
            }
            return n;
        } catch (ProtocolException e) {
            throw new AssertionError("the other end breaks the protocol", e);
        } catch (IOException e) {
            return -1;
        }
    }

    @Override
    public void record(CarrierRecord record) {
        heard.add(record);
    }

    @Override
    public void data(byte[] bytes, int offset, int length) {
        stream += length;
    }

    @Override
    public void skipped() {}

    @Override
    public void close() throws IOException {
        link.close();
    }
}
