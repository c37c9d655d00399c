package io.relaygate.sdk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client has said first. Nothing is consumed: the handler reads it again. Every call but the first returns at once; the
 * first waits for the client to say something, for as long as the entry point's {@code silence}.
 */
public interface FirstBytes {

    /** All that has come so far, read-only; empty if the client is silent. Valid during this call of {@code recognise}. */
    ByteBuffer bytes() throws IOException;

    /** Whether the client has said nothing, and so perhaps waits for the server to speak first. */
    boolean silent() throws IOException;

    /** The server name of its TLS, ended at the entry point or beginning now; null if it names none or speaks no TLS. */
    @Nullable String serverName() throws IOException;

    /** The application protocols that it offers with ALPN, or the one that was agreed on where TLS has ended. */
    List<String> applicationProtocols() throws IOException;
}
