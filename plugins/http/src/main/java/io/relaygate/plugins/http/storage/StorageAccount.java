package io.relaygate.plugins.http.storage;

import io.relaygate.plugins.http.storage.StorageSettings.Mode;
import io.relaygate.plugins.http.wire.Authority;
import io.relaygate.plugins.http.wire.Field;
import io.relaygate.plugins.http.wire.Fields;
import io.relaygate.plugins.http.wire.Framing;
import io.relaygate.plugins.http.wire.MalformedException;
import io.relaygate.plugins.http.wire.RequestHead;
import io.relaygate.plugins.http.wire.ResponseHead;
import io.relaygate.sdk.Secret;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes of a request by an account's public name one that the account's service takes, or refuses it. Any thread. */
public final class StorageAccount {

    private static final DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** What clients say for proof, or about it, and what the gateway says itself. */
    private static final Set<String> DROPPED =
            Set.of("host", "authorization", "date", "x-ms-date", "x-ms-version", "x-ms-copy-source", "x-ms-copy-source-authorization");

    /** Say another method than the one that is sent. Clients of tables say {@code MERGE} so, in the first of them. */
    private static final List<String> OTHER_METHOD = List.of("X-HTTP-Method", "X-HTTP-Method-Override", "X-Method-Override");

    private static final String MERGE = "MERGE";

    private static final String SOURCE = "x-ms-copy-source";

    private final Mode mode;
    private final Service service;
    private final String account;
    private final String version;
    private final Endpoint endpoint;
    private final Endpoint publicly;
    private final @Nullable Policy policy;
    private final @Nullable Keys keys;

    /**
     * As the settings say it.
     *
     * @param host the public name
     * @param path what comes before the container in public; no slash at its end
     * @throws IllegalArgumentException if the settings say what cannot be
     */
    public StorageAccount(StorageSettings settings, String host, String path) {
        this.mode = settings.mode();
        this.endpoint = settings.endpoint();
        this.publicly = publicly(host, path);
        this.version = settings.version().text();
        this.service = service(settings);
        this.account = account(settings);
        if (mode == Mode.SIGN) {
            policy = Policy.of(settings);
            keys = new Keys(settings.key1(), settings.key2());
        } else {
            requireNone(settings);
            policy = null;
            keys = null;
        }
    }

    private static Endpoint publicly(String host, String path) {
        try {
            return new Endpoint("https", Authority.parse(host), path);
        } catch (MalformedException e) {
            throw new IllegalArgumentException("`storage` is for one host with a name, found '" + host + "'", e);
        }
    }

    private static Service service(StorageSettings settings) {
        String said = settings.endpoint().word(1);
        if (settings.service() == null && said.isEmpty()) {
            throw new IllegalArgumentException("`storage` needs `service`: its endpoint is not of the form `account.blob.rest`");
        }
        return settings.service() == null ? Service.valueOf(said.toUpperCase(Locale.ROOT)) : settings.service();
    }

    private static String account(StorageSettings settings) {
        String account = settings.account() == null ? settings.endpoint().word(0) : settings.account();
        if (!account.matches("[a-z0-9]{3,24}")) {
            throw new IllegalArgumentException(account.isEmpty()
                    ? "`storage` needs `account`: its endpoint is not of the form `account.blob.rest`"
                    : "expected an account's name of 3 to 24 lower-case letters and digits, found '" + account + "'");
        }
        return account;
    }

    private static void requireNone(StorageSettings settings) {
        @Nullable Secret key = settings.key1() == null ? settings.key2() : settings.key1();
        if (key != null || !settings.names().isEmpty() || !settings.operations().isEmpty() || settings.readOnly()) {
            throw new IllegalArgumentException(
                    "`mode: sas-prefix` has no keys, `names`, `operations` or `readOnly`: what may be done is what the caller's SAS says");
        }
    }

    /** The service, in whose form errors are told. */
    public Service service() {
        return service;
    }

    /**
     * The request as the service is to see it.
     *
     * @param asked as it goes on, but for what is done here
     * @param now the time that it is signed for
     * @throws StorageRefusedException if it goes no further; the client is told so in the service's form
     * @throws IOException if the key cannot be read
     */
    public RequestHead onward(RequestHead asked, Instant now) throws IOException {
        int mark = asked.target().indexOf('?');
        Query query = Query.parse(mark < 0 ? null : asked.target().substring(mark + 1));
        String path = publicly.within(asked.path());
        if (path == null) {
            throw new StorageRefusedException(400, "InvalidUri", "the path is none of this account");
        }
        Call call = Call.of(asked.method(), path, query);
        requireMode(asked.fields(), query);
        if (policy != null) {
            policy.require(action(call, asked.fields()));
        }
        Query onward = mode == Mode.SIGN ? query.withoutSas() : query;
        RequestHead head = new RequestHead(
                asked.method(), endpoint.path() + path + onward.text(), asked.authority(), asked.version(), fields(asked), body(asked));
        return keys == null ? head : signed(head, now, keys);
    }

    /** Under its SAS a request proves itself; a signature by the key is for the path that the client knows, and worth nothing here. */
    private void requireMode(Fields fields, Query query) throws StorageRefusedException {
        if (mode == Mode.SAS_PREFIX && fields.has("Authorization")) {
            throw new StorageRefusedException(403, "AuthenticationFailed", query.hasSas()
                    ? "a request has a shared access signature or an Authorization, not both"
                    : "the gateway changes the path on its way, which a signature by the account's key forbids: use a shared access signature");
        }
    }

    private @Nullable Action action(Call call, Fields fields) throws StorageRefusedException {
        int others = OTHER_METHOD.stream().mapToInt(fields::count).sum();
        if (others > 0) {
            boolean merges = service == Service.TABLE && call.method().equals("POST") && others == 1 && MERGE.equals(fields.first(OTHER_METHOD.getFirst()));
            return merges ? Action.of(service, new Call(MERGE, call.path(), call.query())) : null;
        }
        Action action = Action.of(service, call);
        // A container that is made public is open to everybody who reaches the account.
        return action != null && fields.has("x-ms-blob-public-access") ? action.and(Operation.ADMIN) : action;
    }

    private Fields fields(RequestHead asked) throws StorageRefusedException {
        Fields fields = new Fields().add("Host", endpoint.authority().toString());
        for (Field field : asked.fields()) {
            if (!DROPPED.contains(field.name().toLowerCase(Locale.ROOT))) {
                fields.add(field.name(), field.value());
            }
        }
        fields.add("x-ms-version", version);
        String source = asked.fields().first(SOURCE);
        return source == null ? fields : fields.add(SOURCE, source(asked, source));
    }

    private String source(RequestHead asked, String text) throws StorageRefusedException {
        boolean copies = service == Service.BLOB && asked.method().equals("PUT") && asked.fields().count(SOURCE) == 1;
        CopySource source = copies ? CopySource.of(text, publicly, endpoint) : null;
        if (source == null) {
            if (mode == Mode.SAS_PREFIX) {
                return text;
            }
            throw new StorageRefusedException(403, "CannotVerifyCopySource", "a blob is copied from the same account alone, by its public name");
        }
        if (policy != null) {
            policy.require(Action.of(service, source.call()));
        }
        return source.at(endpoint, mode == Mode.SIGN ? source.query().withoutSas() : source.query());
    }

    /** The length is signed, so it must be known; and the services want one wherever there can be a body. */
    private Framing body(RequestHead asked) throws StorageRefusedException {
        if (asked.body() instanceof Framing.Chunked) {
            throw new StorageRefusedException(411, "MissingContentLengthHeader", "a storage service takes no body without Content-Length");
        }
        return switch (asked.method()) {
            case "PUT", "POST", "MERGE", "PATCH" -> asked.body() instanceof Framing.None ? new Framing.Length(0) : asked.body();
            default -> asked.body();
        };
    }

    private RequestHead signed(RequestHead head, Instant now, Keys with) throws IOException {
        head.fields().set("x-ms-date", HTTP_DATE.format(now));
        String text = StringToSign.of(service, account, head);
        head.fields().set("Authorization", authorization(with.sign(text)));
        return head;
    }

    private String authorization(String signature) {
        return "SharedKey " + account + ":" + signature;
    }

    /**
     * The same request, signed with the account's other key, if the service has not known the one and the request can be made again.
     *
     * @param sent as {@link #onward} has made it
     * @param answer what the service has said to it
     * @return null if there is nothing to try
     * @throws IOException if the key cannot be read
     */
    public @Nullable RequestHead again(RequestHead sent, ResponseHead answer) throws IOException {
        boolean bodiless = !(sent.body() instanceof Framing.Length(long bytes)) || bytes == 0;
        String before = sent.fields().first("Authorization");
        if (keys == null || before == null || !bodiless || !isUnknownKey(answer)) {
            return null;
        }
        String signature = keys.signOtherwise(StringToSign.of(service, account, sent), before.substring(before.indexOf(':') + 1));
        if (signature == null) {
            return null;
        }
        Fields fields = sent.fields().copy().set("Authorization", authorization(signature));
        return new RequestHead(sent.method(), sent.target(), sent.authority(), sent.version(), fields, sent.body());
    }

    /** Tables do not say the code in a header. */
    private boolean isUnknownKey(ResponseHead answer) {
        String code = answer.fields().first("x-ms-error-code");
        return answer.status() == 403 && (code == null ? service == Service.TABLE : code.equals("AuthenticationFailed"));
    }
}
