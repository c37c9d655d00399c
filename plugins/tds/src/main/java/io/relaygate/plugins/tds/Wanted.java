package io.relaygate.plugins.tds;

import io.relaygate.plugins.tds.TdsSettings.Intent;
import io.relaygate.plugins.tds.TdsSettings.Server;
import io.relaygate.plugins.tds.wire.Login7;
import io.relaygate.plugins.tds.wire.Login7.Part;
import io.relaygate.sdk.DestinationName;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a client is here for, as far as its server is chosen by it. What it has not said is empty.
 *
 * @param server the server's name, a host alone
 * @param intent that it only reads, or that it does not say so
 * @param source where it comes from, {@code 192.0.2.7:51312}
 */
record Wanted(String server, String database, String login, String application, Intent intent, String source) {

    /** Of a client whose login is read. */
    static Wanted of(String server, Login7 login, String source) {
        return new Wanted(server, login.text(Part.DATABASE), login.text(Part.USER), login.text(Part.APPLICATION),
                login.readOnly() ? Intent.READ_ONLY : Intent.READ_WRITE, source);
    }

    /** Of a client whose TLS passes. */
    static Wanted of(@Nullable String server, String source) {
        return new Wanted(server == null ? "" : server, "", "", "", Intent.READ_WRITE, source);
    }

    /** The host in a server's name as connection strings have it, without protocol, instance and port. */
    static String host(String server) {
        String said = server.toLowerCase(Locale.ROOT);
        return (said.startsWith("tcp:") ? said.substring("tcp:".length()) : said).split("[\\\\,]", 2)[0];
    }

    /** Where a server is, if it is for this client; else null. */
    @Nullable DestinationName at(Server rule) {
        return objection(rule) == null ? filled(rule).orElse(null) : null;
    }

    private Optional<DestinationName> filled(Server rule) {
        Map<String, String> captured = rule.name().match(server);
        return captured == null ? Optional.empty() : rule.to().fill(captured);
    }

    /** Why a server is not for this client, in words; null if it is. */
    @Nullable String objection(Server rule) {
        if (!rule.name().fits(server)) {
            return "its `name` is " + rule.name();
        }
        if (!rule.networks().isEmpty() && rule.networks().stream().noneMatch(network -> network.has(source))) {
            return "its `networks` are " + rule.networks();
        }
        if (!rule.database().fits(database)) {
            return "its `database` is " + rule.database();
        }
        if (!rule.login().fits(login)) {
            return "its `login` is " + rule.login();
        }
        if (!rule.application().fits(application)) {
            return "its `application` is " + rule.application();
        }
        if (rule.intent() != Intent.ANY && rule.intent() != intent) {
            return "its `intent` is " + rule.intent().word();
        }
        return filled(rule).isEmpty() ? "what its `name` captures makes no destination of `to` " + rule.to() : null;
    }
}
