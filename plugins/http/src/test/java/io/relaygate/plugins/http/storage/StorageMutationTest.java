package io.relaygate.plugins.http.storage;

import static io.relaygate.plugins.http.storage.Accounts.NOW;
import static io.relaygate.plugins.http.storage.Accounts.request;
import static io.relaygate.plugins.http.storage.Accounts.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.plugins.http.wire.Field;
import io.relaygate.plugins.http.wire.Framing;
import io.relaygate.plugins.http.wire.RequestHead;
import io.relaygate.sdk.testkit.Mutations;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Requests made of pieces that attackers use: each is refused, or goes to what is open, and proves itself by the gateway's key alone. */
@Tag("fuzz")
class StorageMutationTest {

    private static final int TRIES = Mutations.inputs(30_000);

    private static final List<String> PIECES = List.of(
            "open", "secret", "/", "/", "/", "//", ".", "..", "%2e", "%2E%2e", "%252e", "%2f", "%5c", "\\", "%00", "%", "%zz", "+", "%20", "$root", "$batch", "Tables",
            "('open')", "('secret')", "()", "messages", "?", "&", "&", "=", "comp=list", "comp=acl", "COMP=metadata", "c%6fmp=", "restype=container", "sig=x",
            "%73ig=y", "SV=1", "peekonly=true", ";", "*", "a", "%C3%BC", "~", ":", "@", "#");

    private static final List<String> METHODS = List.of("GET", "HEAD", "PUT", "POST", "DELETE", "MERGE", "OPTIONS", "get");

    private static final List<String> LINES = List.of(
            "Authorization: SharedKey acct:x", "x-ms-date: D", "Date: D", "x-ms-version: v", "x-ms-copy-source: https://acct.blob.public.test/secret/x",
            "x-ms-copy-source: https://acct.blob.public.test/open/x", "X-HTTP-Method: GET", "X-HTTP-Method: MERGE", "x-ms-meta-a: b", "x-ms-meta-a: c", "Content-Type: a/b", "Host: evil.test");

    private static <T> T any(Random random, List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private static RequestHead mutant(Random random) {
        StringBuilder target = new StringBuilder(random.nextInt(4) > 0 ? "/open" : "/");
        for (int i = random.nextInt(7); i > 0; i--) {
            target.append(any(random, PIECES));
        }
        String[] lines = new String[random.nextInt(4)];
        for (int i = 0; i < lines.length; i++) {
            lines[i] = any(random, LINES);
        }
        return request(any(random, METHODS), target.toString(), any(random, List.of(Framing.NONE, Framing.CHUNKED, new Framing.Length(7))), lines);
    }

    @Test
    void noRequestGoesToWhatIsNotOpen() throws IOException {
        Random random = new Random(Mutations.seed(7));
        int through = 0;
        for (Service service : Service.values()) {
            String name = service.name().toLowerCase(Locale.ROOT);
            StorageAccount account = new StorageAccount(settings("http://acct." + name + ".inner.test/base", List.of("open"), false, Operation.values()),
                    "acct." + name + ".public.test", "");
            for (int i = 0; i < TRIES; i++) {
                through += check(account, mutant(random));
            }
        }
        assertThat(through).as("requests that went on").isBetween(TRIES / 100, 3 * TRIES / 2);
    }

    private static int check(StorageAccount account, RequestHead mutant) throws IOException {
        RequestHead seen;
        try {
            seen = account.onward(mutant, NOW);
        } catch (StorageRefusedException e) {
            assertThat(e.status()).isIn(400, 403, 411);
            return 0;
        }
        String target = seen.target().toLowerCase(Locale.ROOT);
        String path = target.replaceFirst("\\?.*", "");
        // Every server that decodes it however often finds the same first segment.
        String first = path.replace("%2f", "/").replace("%5c", "/").replace("\\", "/").replaceFirst("^/base/", "").replaceFirst("/.*", "");
        assertThat(first).as("%s", seen).matches("open(%28|\\(|$).*|tables\\((%27|')open(%27|')\\)");
        assertThat(path).as("%s", seen).doesNotContainPattern("(^|/|\\\\)(\\.|%2e){1,2}($|/|\\\\)");
        assertThat(target.substring(path.length())).as("%s", seen).doesNotContainPattern("[?&](sig|%73ig|sv)=");
        assertThat(seen.fields().count("Authorization")).isEqualTo(1);
        assertThat(seen.fields().count("x-ms-date")).isEqualTo(1);
        assertThat(seen.fields().count("Host")).isEqualTo(1);
        assertThat(seen.fields().has("Date") || "GET".equals(seen.fields().first("X-HTTP-Method")) || seen.body() instanceof Framing.Chunked).as("%s", seen).isFalse();
        for (Field field : seen.fields()) {
            assertThat(field.value()).doesNotContain("secret", "evil");
        }
        return 1;
    }
}
