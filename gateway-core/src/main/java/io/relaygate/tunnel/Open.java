package io.relaygate.tunnel;

import io.relaygate.sdk.Caller;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an edge says of a new session.
 *
 * @param session its id, 32 hexadecimal digits
 * @param service the service that is asked for
 * @param entryPoint the edge's entry point
 * @param source where the client comes from, for people
 * @param caller who calls, as the edge says; anonymous where the carrier is not sealed
 * @param tls what the TLS that ended at the edge has shown, or null if none did or the carrier is not sealed
 */
public record Open(String session, String service, String entryPoint, String source, Caller caller, @Nullable Tls tls) {

    /**
     * TLS that has ended.
     *
     * @param serverName the server name that the client asked for, or null
     * @param applicationProtocol the application protocol that was agreed on, or null
     */
    public record Tls(@Nullable String serverName, @Nullable String applicationProtocol) {}

    /** Of a session of which nothing is said but where it goes and comes from. */
    public Open(String session, String service, String entryPoint, String source) {
        this(session, service, entryPoint, source, Caller.ANONYMOUS, null);
    }

    /** Whether it can be said as it is: a name that is cut would be another one. */
    public boolean fits() {
        boolean shortEnough = Body.fits(caller.name()) && Body.fits(caller.proof()) && caller.groups().stream().allMatch(Body::fits);
        return shortEnough && encode(0).length <= Frame.LONGEST;
    }

    byte[] encode(int window) {
        Body body = new Body()
                .number(4, window)
                .text(session)
                .text(service)
                .text(entryPoint)
                .text(source)
                .text(caller.name())
                .text(caller.proof())
                .number(2, caller.groups().size());
        caller.groups().forEach(body::text);
        body.number(1, tls == null ? 0 : 1);
        if (tls != null) {
            body.text(Objects.requireNonNullElse(tls.serverName(), ""));
            body.text(Objects.requireNonNullElse(tls.applicationProtocol(), ""));
        }
        return body.alone();
    }

    /** Reads the body of an OPEN frame behind its window. */
    static Open decode(ByteBuffer in) throws ProtocolException {
        try {
            return new Open(Body.text(in), Body.text(in), Body.text(in), Body.text(in), caller(in), tls(in));
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new ProtocolException("malformed OPEN");
        }
    }

    private static Caller caller(ByteBuffer in) {
        String name = Body.text(in);
        String proof = Body.text(in);
        int count = in.getShort() & 0xffff;
        Set<String> groups = new HashSet<>();
        for (int i = 0; i < count; i++) {
            groups.add(Body.text(in));
        }
        return new Caller(name, proof, groups);
    }

    private static @Nullable String given(String text) {
        return text.isEmpty() ? null : text;
    }

    private static @Nullable Tls tls(ByteBuffer in) {
        return switch (in.get()) {
            case 0 -> null;
            case 1 -> new Tls(given(Body.text(in)), given(Body.text(in)));
            default -> throw new IllegalArgumentException("unknown kind of TLS");
        };
    }
}
