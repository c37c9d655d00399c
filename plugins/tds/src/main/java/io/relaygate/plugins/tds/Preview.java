package io.relaygate.plugins.tds;

import io.relaygate.plugins.tds.TdsSettings.Intent;
import io.relaygate.plugins.tds.TdsSettings.Server;
import io.relaygate.plugins.tds.TdsSettings.ServerLogin;
import io.relaygate.plugins.tds.TdsSettings.ServerTls;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.ProtocolHandler.Explained;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.SessionFacts;
import io.relaygate.sdk.Trust;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What would become of a login, by the same classes that decide when it comes. */
final class Preview {

    private static final List<String> KEYS = List.of("server", "database", "login", "application", "intent");
    private static final List<Intent> INTENTS = List.of(Intent.READ_ONLY, Intent.READ_WRITE);

    private final TdsSettings settings;
    private final SessionFacts facts;
    private final List<String> steps = new ArrayList<>();

    Preview(TdsSettings settings, SessionFacts facts) {
        this.settings = settings;
        this.facts = facts;
    }

    /**
     * Foresees it.
     *
     * @param lines {@code server=sql.contoso.com}, and what else the login has
     */
    Explained of(List<String> lines) throws RefusedException {
        Map<String, String> said = said(lines);
        return switch (settings.mode()) {
            case PASSTHROUGH -> new Explained(List.of("all passes as it is"), facts.to());
            case SNI -> named(said.getOrDefault("server", ""));
            case TERMINATE -> loggedIn(new Wanted(Wanted.host(said.getOrDefault("server", "")), said.getOrDefault("database", ""),
                    said.getOrDefault("login", ""), said.getOrDefault("application", ""), intent(said.get("intent")), facts.source()));
        };
    }

    private static Map<String, String> said(List<String> lines) {
        Map<String, String> said = new LinkedHashMap<>();
        for (String line : lines) {
            int equals = line.indexOf('=');
            String key = equals < 0 ? "" : line.substring(0, equals).strip();
            if (!KEYS.contains(key)) {
                throw new IllegalArgumentException(
                        "expected a part of a login as `database=Orders`: one of " + String.join(", ", KEYS) + "; found '" + line + "'");
            }
            if (said.put(key, line.substring(equals + 1).strip()) != null) {
                throw new IllegalArgumentException("a login has one `" + key + "`, found '" + line + "' besides");
            }
        }
        intent(said.get("intent"));
        return said;
    }

    private static Intent intent(@Nullable String word) {
        if (word == null) {
            return Intent.READ_WRITE;
        }
        return INTENTS.stream().filter(intent -> intent.word().equals(word)).findFirst().orElseThrow(() ->
                new IllegalArgumentException("expected `intent=read-only` or `intent=read-write`, found 'intent=" + word + "'"));
    }

    private Explained named(String server) throws RefusedException {
        Wanted wanted = Wanted.of(server, facts.source());
        tellRules(wanted);
        DestinationName to = decided(() -> Passage.place(settings, facts, wanted));
        steps.add("TLS passes between client and server, and so does what the login says");
        return new Explained(steps, to);
    }

    private Explained loggedIn(Wanted wanted) throws RefusedException {
        tellRules(wanted);
        Place place = decided(() -> Place.of(settings, facts.to(), wanted));
        steps.add(tls(place.tls()));
        steps.add(login(place.login(), wanted.login()));
        settings.redirects().forEach(redirect ->
                steps.add("if a server sends it to " + redirect.inner() + ", it is told " + redirect.outer() + " and goes there itself; before TDS 7.4 the gateway does"));
        steps.add(statements());
        return new Explained(steps, place.to());
    }

    private void tellRules(Wanted wanted) {
        for (int i = 0; i < settings.servers().size(); i++) {
            Server rule = settings.servers().get(i);
            String objection = wanted.objection(rule);
            if (objection == null) {
                steps.add("servers[" + i + "] takes it to destination " + wanted.at(rule));
                return;
            }
            steps.add("servers[" + i + "] is not for it: " + objection);
        }
        if (facts.to() != null) {
            steps.add("it goes to the route's own destination " + facts.to());
        }
    }

    private interface Decision<T> {
        T make() throws RefusedException;
    }

    /** Steps are not told of who is refused: the reasons are in what is said of that. */
    private <T> T decided(Decision<T> decision) throws RefusedException {
        try {
            return decision.make();
        } catch (RefusedException e) {
            String why = steps.isEmpty() ? "" : ": " + String.join("; ", steps);
            throw new RefusedException(e.reason(), e.getMessage() + why, e);
        }
    }

    private static String tls(ServerTls how) {
        return switch (how.mode()) {
            case NONE -> "the server is spoken to without TLS";
            case TDS7 -> "the server is spoken to in TLS as TDS 7 has it" + proof(how);
            case STRICT -> "the server is spoken to in TLS as TDS 8.0 has it (strict)" + proof(how);
        };
    }

    private static String proof(ServerTls how) {
        Trust trust = how.trust() == null ? Trust.SYSTEM : how.trust();
        if (trust.insecureSkipVerify()) {
            return ", and believed whatever certificate it shows";
        }
        if (!trust.pin().isEmpty()) {
            return ", and must show a certificate that `pin` names";
        }
        Path file = trust.caFile();
        return ", and must show a certificate for " + how.name() + " by an authority of " + (file == null ? "the system" : file.getFileName());
    }

    private static String login(@Nullable ServerLogin own, String clients) {
        String user = clients.isEmpty() ? "" : " " + clients;
        return own == null ? "it sees the client's own login" + user : "it sees login " + own.user() + " in place of the client's" + user;
    }

    private String statements() {
        String told = switch (settings.statements()) {
            case NONE -> "statements are not told of";
            case COUNT -> "statements are counted";
            case AUDIT -> "statements are counted, and each is told in the audit";
        };
        return told + (settings.readOnly() ? "; those that may change something are denied" : "");
    }
}
