package io.relaygate.azure;

import io.relaygate.net.RemoteClock;
import io.relaygate.net.WayOut;
import io.relaygate.net.WebCall;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Microsoft Entra for one tenant (OAuth 2.0, v2.0 endpoints). Any thread. */
final class TokenEndpoint {

    static final String NAME = "Microsoft Entra";

    private final String authority;
    private final String base;
    private final @Nullable Path caFile;
    private final WayOut out;
    private final RemoteClock clock;

    /**
     * Asks nobody yet.
     *
     * @param authority https://HOST
     * @param caFile the authorities to trust, or null for those of the runtime
     * @param out how it is reached
     */
    TokenEndpoint(String authority, String tenant, @Nullable Path caFile, WayOut out) {
        this(authority, tenant, caFile, out, InstantSource.system());
    }

    TokenEndpoint(String authority, String tenant, @Nullable Path caFile, WayOut out, InstantSource own) {
        this.authority = authority;
        this.base = slashless(authority) + "/" + URLEncoder.encode(tenant, StandardCharsets.UTF_8) + "/oauth2/v2.0/";
        this.caFile = caFile;
        this.out = out;
        this.clock = new RemoteClock(own);
    }

    /** Where tokens are asked for. */
    String address() {
        return base + "token";
    }

    /** The time there, as far as it was told. */
    RemoteClock clock() {
        return clock;
    }

    /**
     * Sends a form.
     *
     * @param what {@code token} or {@code devicecode}
     * @throws IOException if there is no answer in time
     */
    WebCall.Answer post(String what, Form form, Instant deadline) throws IOException {
        if (!Web.isAllowed(authority)) {
            throw new IOException("AZURE_AUTHORITY_HOST: an authority is https://HOST");
        }
        URI uri = Web.uri(base + what);
        WebCall.Answer answer =
                Web.send(new WebCall("POST", uri, "Content-Type: application/x-www-form-urlencoded\r\n", form.bytes(), caFile), out, deadline);
        clock.correct(answer.head().field("Date"));
        return answer;
    }

    /** What a token is asked for: {@code https://relay.azure.net//.default} for {@code https://relay.azure.net/}, with both slashes. */
    static String scope(String resource) {
        return resource + "/.default";
    }

    static String slashless(String address) {
        return address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
    }
}
