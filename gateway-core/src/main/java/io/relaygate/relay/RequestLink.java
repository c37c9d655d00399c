package io.relaygate.relay;

import io.relaygate.net.FilterLink;
import io.relaygate.net.PipeLink;
import io.relaygate.observe.LostException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The session's end of the connection on which an HTTP request comes. Once it is lost the session is told why. Any thread. */
final class RequestLink extends FilterLink {

    private volatile @Nullable LostException lost;

    RequestLink(PipeLink link) {
        super(link);
    }

    /** What is said of it when the other end breaks it; the first word counts. */
    synchronized void lost(LostException why) {
        if (lost == null) {
            lost = why;
        }
    }

    private IOException explained(IOException failure) {
        LostException why = lost;
        return why == null ? failure : why;
    }

    @Override
    public int read(byte[] into, int offset, int length, Duration limit) throws IOException {
        try {
            return super.read(into, offset, length, limit);
        } catch (IOException e) {
            throw explained(e);
        }
    }

    @Override
    public boolean awaitReadable(Duration limit) throws IOException {
        try {
            return super.awaitReadable(limit);
        } catch (IOException e) {
            throw explained(e);
        }
    }

    @Override
    public ByteBuffer peek(int n) throws IOException {
        try {
            return super.peek(n);
        } catch (IOException e) {
            throw explained(e);
        }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            super.write(bytes, offset, length);
        } catch (IOException e) {
            throw explained(e);
        }
    }

    @Override
    public void write(byte[] head, byte[] bytes, int offset, int length) throws IOException {
        try {
            super.write(head, bytes, offset, length);
        } catch (IOException e) {
            throw explained(e);
        }
    }

    @Override
    public void finish() throws IOException {
        try {
            super.finish();
        } catch (IOException e) {
            throw explained(e);
        }
    }
}
