package io.relaygate.access.identity;

import io.relaygate.access.AbsentClient;
import io.relaygate.access.Arrival;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.Credential;
import io.relaygate.sdk.SentSecret;
import io.relaygate.sdk.Verdict;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Sessions and credentials of a client that is not there. */
final class TestClient {

    private TestClient() {}

    static Arrival arrival(String session, @Nullable String source) {
        InetAddress address = source == null ? null : InetAddress.ofLiteral(source);
        return new Arrival(
                "in", session, "test", address, Caller.ANONYMOUS, null, null, null, null, null, Instant.now(), Instant.EPOCH, Duration.ZERO, new AbsentClient());
    }

    static Asker asker(@Nullable String source) {
        return new Asker("s", source == null ? null : InetAddress.ofLiteral(source), String.valueOf(source), 0, Instant.now().plusSeconds(60));
    }

    static Credential password(String name, String password) {
        return new Credential.Password(name, SentSecret.of(password.toCharArray()));
    }

    static Credential code(String name, String code) {
        return new Credential.OneTimeCode(name, SentSecret.of(code.toCharArray()));
    }

    static Credential token(String token) {
        return new Credential.BearerToken(SentSecret.of(token.toCharArray()));
    }

    /** A verdict in a line. */
    static String said(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Accepted(Caller caller) -> caller.name() + " by " + caller.proof() + " in "
                    + caller.groups().stream().sorted().toList();
            case Verdict.Refused refused -> "refused: " + refused.reason();
            case Verdict.Incomplete incomplete -> "next: " + incomplete.next().stream().sorted().toList();
        };
    }
}
