package io.relaygate.entrypoint;

import io.relaygate.net.Alpn;
import io.relaygate.relay.Relay;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An open entry point. */
public interface EntryPoint extends AutoCloseable {

    /** Its name in the configuration. */
    String name();

    /** What it was opened with. */
    EntryPointSettings settings();

    /** Where it listens, bound ports included: {@code 0.0.0.0:1433}, {@code weu/site-oslo}. */
    List<String> addresses();

    /** Why no client can arrive now, or null if one can. */
    @Nullable String trouble();

    /**
     * Whether these settings can be taken over by {@link #prepare}: they need no other socket or listener.
     *
     * @param relays the namespaces that the settings name
     */
    boolean fits(EntryPointSettings settings, List<Relay> relays);

    /**
     * Prepares to take over a name and settings that fit.
     *
     * @param alpn what its routes speak inside TLS, if that ends there
     * @return takes them over
     * @throws IOException if a file that they name cannot be read or is wrong; nothing has changed then
     */
    Runnable prepare(String name, EntryPointSettings settings, Alpn alpn) throws IOException;

    /** After a reload: ends what has come over carriers that are not trusted any more. */
    default void review() {}

    /** Stops taking arrivals; those that were handed on are not touched. */
    @Override
    void close();

    /** Ends what sessions still need of it; called after {@link #close}, when none is left or none may go on. */
    void release();
}
