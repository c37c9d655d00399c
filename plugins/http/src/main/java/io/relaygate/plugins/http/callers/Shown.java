package io.relaygate.plugins.http.callers;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.relaygate.plugins.http.wire.RequestHead;
import io.relaygate.sdk.Credential;
import io.relaygate.sdk.Credential.Kind;
import io.relaygate.sdk.SentSecret;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a request shows of who calls, and the request without it. Closing it wipes the secrets. */
final class Shown implements AutoCloseable {

    private final Door door;
    private final Set<Kind> taken;
    private final List<Credential> credentials = new ArrayList<>();
    private RequestHead rest;
    private boolean broken;

    /**
     * Reads it.
     *
     * @param judged the kinds that the route's identity providers take
     * @param certificate what the client's TLS has proved, or null
     */
    Shown(RequestHead asked, Door door, Set<Kind> judged, Credential.@Nullable ClientCertificate certificate) {
        this.door = door;
        this.taken = EnumSet.noneOf(Kind.class);
        this.rest = asked;
        door.settings().by().forEach(scheme -> taken.add(scheme.kind()));
        taken.retainAll(judged);
        if (certificate != null && taken.contains(Kind.CLIENT_CERTIFICATE)) {
            credentials.add(certificate);
        }
        List<String> said = asked.fields().all("Authorization").stream().map(field -> field.value()).toList();
        if (said.stream().anyMatch(this::isTaken)) {
            said.forEach(this::authorization);
            strip(rest -> withoutAuthorization(rest));
        }
        ApiKey key = door.settings().key();
        if (key != null && judged.contains(Kind.PASSWORD)) {
            List<byte[]> keys = key.of(asked);
            keys.forEach(this::password);
            if (!keys.isEmpty()) {
                strip(key::without);
            }
        }
    }

    private interface Change {
        RequestHead of(RequestHead head);
    }

    private void strip(Change change) {
        if (!door.settings().keep()) {
            rest = change.of(rest);
        }
    }

    private static RequestHead withoutAuthorization(RequestHead head) {
        return head.with(head.fields().copy().remove("Authorization"));
    }

    private static boolean is(String value, String scheme) {
        return value.regionMatches(true, 0, scheme, 0, scheme.length())
                && (value.length() == scheme.length() || value.charAt(scheme.length()) == ' ');
    }

    private boolean isTaken(String value) {
        return (is(value, "Basic") && taken.contains(Kind.PASSWORD)) || (is(value, "Bearer") && taken.contains(Kind.BEARER_TOKEN));
    }

    /** {@code auth-scheme 1*SP token68} (RFC 9110 section 11.4). */
    private void authorization(String value) {
        String token = value.substring(Math.max(0, value.indexOf(' '))).strip();
        if (!isTaken(value) || !token.matches("[A-Za-z0-9._~+/-]+=*")) {
            broken = true;
        } else if (is(value, "Bearer")) {
            credentials.add(new Credential.BearerToken(SentSecret.of(token.toCharArray())));
        } else {
            try {
                password(Base64.getDecoder().decode(token.getBytes(ISO_8859_1)));
            } catch (IllegalArgumentException e) {
                broken = true;
            }
        }
    }

    /** A name, a colon and a password, in UTF-8 (RFC 7617 section 2). */
    private void password(byte[] pair) {
        int colon = 0;
        while (colon < pair.length && pair[colon] != ':') {
            colon++;
        }
        try {
            if (colon == pair.length) {
                broken = true;
                return;
            }
            SentSecret secret = SentSecret.ofUtf8(Arrays.copyOfRange(pair, colon + 1, pair.length));
            credentials.add(new Credential.Password(new String(pair, 0, colon, UTF_8), secret));
        } catch (IllegalArgumentException e) {
            broken = true;
        } finally {
            Arrays.fill(pair, (byte) 0);
        }
    }

    /** The kinds that are taken here. */
    Set<Kind> taken() {
        return taken;
    }

    Credential[] credentials() {
        return credentials.toArray(Credential[]::new);
    }

    boolean has(Kind kind) {
        return credentials.stream().anyMatch(each -> each.kind() == kind);
    }

    /** Whether something was shown that cannot be read. */
    boolean isBroken() {
        return broken;
    }

    /** The request without what was read of it, if that is not to be passed on. */
    RequestHead rest() {
        return rest;
    }

    @Override
    public void close() {
        credentials.forEach(Credential::close);
    }
}
