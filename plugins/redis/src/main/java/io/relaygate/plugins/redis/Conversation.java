package io.relaygate.plugins.redis;

import io.relaygate.plugins.redis.RedisSettings.Logins;
import io.relaygate.plugins.redis.wire.Login;
import io.relaygate.plugins.redis.wire.Marker;
import io.relaygate.plugins.redis.wire.ProtocolErrorException;
import io.relaygate.plugins.redis.wire.ReplyFilter;
import io.relaygate.plugins.redis.wire.Request;
import io.relaygate.plugins.redis.wire.RequestReader;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.Connection;
import io.relaygate.sdk.Session;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.Objects;

/** A client and its server: requests are looked at and passed on or answered, and replies passed back. */
final class Conversation {

    static final String WRONG_PASSWORD = "-WRONGPASS invalid username-password pair or user is disabled.";

    private static final int PIECE = 16 * 1024;
    private static final int MOST_EVENTS = 20;
    private static final String NOT_PERMITTED = "noperm:";

    private final Session session;
    private final Commands commands;
    private final boolean judges;
    private final Marker marker;
    private final Connection client;
    private final RequestReader requests;
    private final Entrance entrance;
    private OutputStream gathered = OutputStream.nullOutputStream();
    private volatile String protocolError = "";
    private volatile boolean over;
    private int refused;

    Conversation(Session session, RedisSettings settings, Commands commands, byte[] random) throws IOException {
        this.session = session;
        this.commands = commands;
        this.judges = settings.logins() == Logins.GATEWAY;
        this.marker = new Marker(random);
        this.client = session.client();
        this.requests = new RequestReader(client.in(), () -> gathered.flush());
        this.entrance = new Entrance(session, settings, commands, client, requests);
    }

    void run() throws IOException {
        Connection to = entrance.connect();
        if (to == null) {
            return;
        }
        gathered = new BufferedOutputStream(to.out(), PIECE);
        session.fork("requests", () -> requests(to));
        replies(to);
    }

    private void replies(Connection to) throws IOException {
        ReplyFilter filter = new ReplyFilter(client.out(), marker, this::reply);
        byte[] buffer = new byte[PIECE];
        for (int n = to.in().read(buffer); n >= 0; n = to.in().read(buffer)) {
            filter.take(buffer, n);
        }
        filter.end();
        over = true;
        client.finish();
    }

    /** Breaks the connection to the server when the client's breaks: that ends the other direction too. */
    private void requests(Connection to) throws IOException {
        try {
            Request first = entrance.undecided();
            if (first != null) {
                take(first);
            }
            for (Request next = requests.next(commands::wanted); next != null; next = requests.next(commands::wanted)) {
                take(next);
            }
            gathered.flush();
            to.finish();
        } catch (ProtocolErrorException e) {
            protocolError = String.valueOf(e.getMessage());
            gathered.write(marker.request("protocol"));
            gathered.flush();
            to.finish();
        } catch (IOException | RuntimeException e) {
            if (!over) {
                to.abort();
                throw e;
            }
        }
    }

    private void take(Request request) throws IOException {
        switch (request.name()) {
            case "auth", "hello" -> login(request);
            case "reset" -> {
                if (judges) {
                    refuse(request);
                } else {
                    decide(request);
                }
            }
            default -> decide(request);
        }
    }

    private void decide(Request request) throws IOException {
        if (commands.allow(request)) {
            requests.pass(gathered);
        } else {
            refuse(request);
        }
    }

    private void refuse(Request request) throws IOException {
        String name = commands.name(request);
        refused++;
        if (refused <= MOST_EVENTS) {
            session.event("redis.refused", Map.of("command", name));
        }
        session.note("redis.refused", Integer.toString(refused));
        answer(NOT_PERMITTED + name);
    }

    private void answer(String code) throws IOException {
        requests.skip();
        gathered.write(marker.request(code));
    }

    /** Somebody logs in again: the same one, who stays where he is. */
    private void login(Request request) throws IOException {
        Login who = Login.of(request);
        if (who == null) {
            if (!judges || (request.name().equals("hello") && Login.isPlainHello(request))) {
                requests.pass(gathered);
            } else {
                answer("syntax");
            }
        } else if (!judges) {
            if (Objects.equals(entrance.place(who.user()), entrance.destination())) {
                requests.pass(gathered);
            } else {
                answer("elsewhere");
            }
        } else {
            Caller caller = Entrance.judged(session, who);
            if (!session.facts().caller().equals(caller)) {
                answer("wrongpass");
            } else if (who.rest().isEmpty()) {
                answer("ok");
            } else {
                requests.skip();
                gathered.write(Request.encode(who.rest()));
            }
        }
    }

    private String reply(String code) {
        if (code.startsWith(NOT_PERMITTED)) {
            return "-NOPERM User " + name(session.facts().caller()) + " has no permissions to run the '"
                    + code.substring(NOT_PERMITTED.length()) + "' command";
        }
        return switch (code) {
            case "ok" -> "+OK";
            case "wrongpass" -> WRONG_PASSWORD;
            case "protocol" -> "-ERR " + protocolError;
            case "elsewhere" -> "-ERR this user's server is another one; connect anew to log in as this user";
            default -> "-ERR syntax error";
        };
    }

    private static String name(Caller caller) {
        return caller.isAnonymous() ? "default" : caller.name().replaceAll("[\\p{Cntrl}]", "?");
    }
}
