package io.relaygate.plugins.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.relaygate.plugins.redis.RedisSettings.Logins;
import io.relaygate.plugins.redis.wire.Login;
import io.relaygate.plugins.redis.wire.ProtocolErrorException;
import io.relaygate.plugins.redis.wire.Request;
import io.relaygate.plugins.redis.wire.RequestReader;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.Connection;
import io.relaygate.sdk.Credential;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.SentSecret;
import io.relaygate.sdk.Session;
import io.relaygate.sdk.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The first requests of a client, up to the one from which its destination is known; and who it is. */
final class Entrance {

    private static final int MOST_REQUESTS = 16;
    private static final int LONGEST_ANSWER = 512;
    private static final Duration TO_HEAR_WHY = Duration.ofSeconds(2);

    private final Session session;
    private final RedisSettings settings;
    private final Commands commands;
    private final Connection client;
    private final RequestReader requests;
    private final boolean judges;
    private @Nullable DestinationName destination;
    private @Nullable Request undecided;

    Entrance(Session session, RedisSettings settings, Commands commands, Connection client, RequestReader requests) {
        this.session = session;
        this.settings = settings;
        this.commands = commands;
        this.client = client;
        this.requests = requests;
        this.judges = settings.logins() == Logins.GATEWAY;
    }

    /** Connects the client. Null if it has left. */
    @Nullable Connection connect() throws IOException {
        try {
            return judges || !settings.users().isEmpty() ? read() : dial(place(RedisSettings.OTHERS));
        } catch (ProtocolErrorException e) {
            throw told("-ERR " + e.getMessage(), new RefusedException(Reason.MALFORMED, String.valueOf(e.getMessage()), e));
        } catch (RefusedException e) {
            String kind = e.reason() == Reason.NOT_ALLOWED ? "-NOPERM " : "-ERR ";
            throw told(kind + oneLine(String.valueOf(e.getMessage())), e);
        }
    }

    private @Nullable Connection read() throws IOException {
        for (int i = 0; i < MOST_REQUESTS; i++) {
            Request request = requests.next(commands::wanted);
            if (request == null) {
                return null;
            }
            if (request.name().equals("quit")) {
                say("+OK");
                client.finish();
                return null;
            }
            undecided = request;
            Connection reached = first(request);
            if (reached != null) {
                return reached;
            }
            requests.skip();
            undecided = null;
        }
        throw new RefusedException(Reason.NOT_ALLOWED, "too many requests before a login");
    }

    /** Null if this request does not lead anywhere and was answered. */
    private @Nullable Connection first(Request request) throws IOException {
        boolean login = request.name().equals("auth") || request.name().equals("hello");
        Login who = login ? Login.of(request) : null;
        if (who == null) {
            DestinationName others = place(RedisSettings.OTHERS);
            if (judges || others == null) {
                say(request.name().equals("auth") ? "-ERR syntax error" : "-NOAUTH Authentication required.");
                return null;
            }
            return dial(others);
        }
        if (!judges) {
            session.note("redis.user", who.user());
            return dial(required(who.user()));
        }
        Caller caller = judged(session, who);
        if (caller == null) {
            say(Conversation.WRONG_PASSWORD);
            return null;
        }
        session.actAs(caller);
        Connection to = dial(required(caller.name()));
        requests.skip();
        undecided = null;
        if (who.rest().isEmpty()) {
            say("+OK");
        } else {
            to.out().write(Request.encode(who.rest()));
        }
        return to;
    }

    /** Whom a login proves; null if nobody. Wipes the password. */
    static @Nullable Caller judged(Session session, Login who) throws IOException {
        try (Credential credential = new Credential.Password(who.user(), SentSecret.ofUtf8(who.password()))) {
            return session.judge(credential) instanceof Verdict.Accepted accepted ? accepted.caller() : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Where the client went, or is to go. */
    @Nullable DestinationName place(String user) {
        DestinationName named = settings.of(user);
        return named == null ? session.facts().to() : named;
    }

    private DestinationName required(String user) throws RefusedException {
        DestinationName place = place(user);
        if (place == null) {
            throw new RefusedException(Reason.NOT_FOUND, "no destination for this user");
        }
        return place;
    }

    private Connection dial(@Nullable DestinationName name) throws IOException {
        if (name == null) {
            throw new RefusedException(Reason.NOT_FOUND, "no destination");
        }
        Connection to = session.dial(session.facts().caller(), name);
        destination = name;
        if (settings.serverPassword() != null) {
            logIn(to);
        }
        return to;
    }

    /** The request that has led there and is to be taken like all that follow; null if it was answered, or none was read. */
    @Nullable Request undecided() {
        return undecided;
    }

    /** Where the client is connected to. */
    @Nullable DestinationName destination() {
        return destination;
    }

    private void logIn(Connection to) throws IOException {
        List<byte[]> words = new ArrayList<>(List.of("AUTH".getBytes(UTF_8)));
        if (settings.serverUser() != null) {
            words.add(settings.serverUser().getBytes(UTF_8));
        }
        byte[] password = Objects.requireNonNull(settings.serverPassword()).utf8();
        words.add(password);
        byte[] request = Request.encode(words);
        try {
            to.out().write(request);
        } finally {
            Arrays.fill(request, (byte) 0);
            Arrays.fill(password, (byte) 0);
        }
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        for (int next = to.in().read(); next != '\n'; next = to.in().read()) {
            if (next < 0 || answer.size() == LONGEST_ANSWER) {
                throw new IOException("the destination gave no answer to AUTH");
            }
            answer.write(next);
        }
        if (!answer.toString(ISO_8859_1).startsWith("+OK")) {
            throw new RefusedException(Reason.UNREACHABLE, "the destination does not take the gateway's password");
        }
    }

    private void say(String reply) throws IOException {
        client.out().write((reply + "\r\n").getBytes(ISO_8859_1));
    }

    /** Tells the client why, and lets it read that before the connection breaks. */
    private RefusedException told(String reply, RefusedException why) throws IOException {
        client.deadline(Instant.now().plus(TO_HEAR_WHY));
        try {
            say(reply);
            client.finish();
            client.in().transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            why.addSuppressed(e);
        }
        return why;
    }

    private static String oneLine(String text) {
        return text.replaceAll("[\\p{Cntrl}]", " ");
    }
}
