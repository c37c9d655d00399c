package io.relaygate.plugins.http.storage;

import io.relaygate.plugins.http.storage.StorageSettings.Mode;
import io.relaygate.plugins.http.wire.Authority;
import io.relaygate.plugins.http.wire.Fields;
import io.relaygate.plugins.http.wire.Framing;
import io.relaygate.plugins.http.wire.MalformedException;
import io.relaygate.plugins.http.wire.RequestHead;
import io.relaygate.plugins.http.wire.Version;
import io.relaygate.sdk.Secret;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Accounts and requests as the tests need them. */
final class Accounts {

    static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    static final String KEY = "a2V5IG9uZQ==";
    static final String OTHER_KEY = "a2V5IHR3bw==";

    private Accounts() {}

    /** A secret that is told by the test. */
    record Told(String text) implements Secret {
        @Override
        public <T> T with(Function<char[], T> use) {
            return use.apply(text.toCharArray());
        }
    }

    static StorageSettings settings(String endpoint, List<String> names, boolean readOnly, Operation... operations) {
        return new StorageSettings(Mode.SIGN, Endpoint.parse(endpoint), null, null, new Told(KEY), new Told(OTHER_KEY),
                ServiceVersion.parse("2017-11-09"), rules(names), List.of(operations), readOnly);
    }

    static List<NameRule> rules(List<String> names) {
        return names.stream().map(NameRule::parse).toList();
    }

    /** An account where everything is open, known as {@code acct.blob.public.test} and so on. */
    static StorageAccount open(String service) {
        return new StorageAccount(
                settings("https://acct." + service + ".inner.test/", List.of("*"), false, Operation.values()), "acct." + service + ".public.test", "");
    }

    /** A request with lines of the form {@code name: value}. */
    static RequestHead request(String method, String target, Framing body, String... lines) {
        Fields fields = new Fields();
        for (String line : lines) {
            int colon = line.indexOf(':');
            fields.add(line.substring(0, colon), line.substring(colon + 1).strip());
        }
        try {
            return new RequestHead(method, target, Authority.parse("acct.blob.public.test"), Version.HTTP_1_1, fields, body);
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    static RequestHead request(String method, String target, String... lines) {
        return request(method, target, Framing.NONE, lines);
    }

    /** The status and code that a request is refused with; null if it goes on. */
    static @Nullable String refusal(StorageAccount account, RequestHead request) {
        try {
            account.onward(request, NOW);
            return null;
        } catch (StorageRefusedException e) {
            return e.status() + " " + e.code();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static List<String> words(@Nullable String text) {
        return text == null ? List.of() : Stream.of(text.split(" ", -1)).filter(word -> !word.isEmpty()).toList();
    }
}
