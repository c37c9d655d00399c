package io.relaygate.cli;

import io.relaygate.Bridge.Local;
import io.relaygate.Bridge.Target;
import io.relaygate.net.Address;
import io.relaygate.sdk.HostPort;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads azbridge's {@code -L [ADDRESS:]PORT[/NAME]{;...}:RELAY} and {@code -T RELAY:[NAME/][HOST:]PORT{;...}}, each with a Unix socket in
 * place of a port. What has no name is called by its port's number, or its socket's file.
 */
final class BridgeForwards {

    private static final String HOST = "(?<host>\\[[^\\[\\]]+\\]|[^:/\\[\\]]+)";
    private static final String NUMBER = "(?<port>[0-9]{1,5})(?<udp>U?)";
    private static final Pattern LOCAL = Pattern.compile("(?:" + HOST + ":)?" + NUMBER + "(?:/(?<name>.*))?");
    private static final Pattern TARGET = Pattern.compile("(?:(?<name>[^/:\\[\\]]*)/)?(?:" + HOST + ":)?" + NUMBER);
    private static final Pattern NAME = Pattern.compile("[0-9A-Za-z](?:[0-9A-Za-z._-]{0,61}[0-9A-Za-z])?");

    private final Path folder;
    private final String host;

    /**
     * A reader.
     *
     * @param folder relative sockets are relative to it
     * @param host where ports listen that name no address
     */
    BridgeForwards(Path folder, String host) {
        this.folder = folder;
        this.host = host;
    }

    /** The ports of {@code -L}. */
    List<Local> locals(String text) throws Failure {
        int colon = text.lastIndexOf(':');
        if (colon <= 0 || colon == text.length() - 1) {
            throw wrong("-L", text, "[ADDRESS:]PORT[/NAME]:RELAY");
        }
        String relay = text.substring(colon + 1);
        List<Local> all = new ArrayList<>();
        for (String each : text.substring(0, colon).split(";", -1)) {
            Matcher port = LOCAL.matcher(each);
            if (port.matches()) {
                streamsOnly("-L", each, port);
                all.add(new Local(tcp("-L", each, port, host), relay, named("-L", each, name(port))));
            } else if (each.startsWith("/")) {
                all.add(new Local(unix(each), relay, named("-L", each, file(each))));
            } else {
                String[] parts = each.split("/", -1);
                if (each.isEmpty() || each.indexOf(':') >= 0 || parts.length > 2) {
                    throw wrong("-L", each, "[ADDRESS:]PORT[/NAME] or SOCKET[/NAME]");
                }
                all.add(new Local(unix(parts[0]), relay, named("-L", each, parts[parts.length - 1])));
            }
        }
        return all;
    }

    /** The targets of {@code -T}. */
    List<Target> targets(String text) throws Failure {
        int colon = text.indexOf(':');
        if (colon <= 0 || colon == text.length() - 1) {
            throw wrong("-T", text, "RELAY:[NAME/][HOST:]PORT");
        }
        String relay = text.substring(0, colon);
        List<Target> all = new ArrayList<>();
        for (String each : text.substring(colon + 1).split(";", -1)) {
            Matcher port = TARGET.matcher(each);
            if (port.matches()) {
                streamsOnly("-T", each, port);
                all.add(new Target(relay, named("-T", each, name(port)), tcp("-T", each, port, "localhost")));
                continue;
            }
            int slash = each.indexOf('/');
            String socket = each.substring(slash + 1);
            if (each.isEmpty() || each.indexOf(':') >= 0 || socket.isEmpty()) {
                throw wrong("-T", each, "[NAME/][HOST:]PORT or [NAME/]SOCKET");
            }
            all.add(slash > 0
                    ? new Target(relay, named("-T", each, each.substring(0, slash)), unix(socket))
                    : new Target(relay, named("-T", each, file(each)), unix(each)));
        }
        return all;
    }

    private static String name(Matcher port) {
        @Nullable String name = port.group("name");
        return name == null ? String.valueOf(port.group("port")) : name;
    }

    private static Failure wrong(String option, String found, String expected) {
        return new Failure(Exit.USAGE, option + ": expected " + expected + ", found '" + found + "'");
    }

    private static void streamsOnly(String option, String found, Matcher port) throws Failure {
        if ("U".equals(port.group("udp"))) {
            throw new Failure(Exit.USAGE, option + ": '" + found + "' is UDP, which RelayGate does not carry; keep azbridge for it, on a hybrid connection of its own");
        }
    }

    private static String named(String option, String found, String name) throws Failure {
        if (!NAME.matcher(name).matches()) {
            throw new Failure(Exit.USAGE, option + ": a name has 1 to 63 letters, digits, '.', '_' or '-' and begins and ends with a letter or digit, found '"
                    + name + "' in '" + found + "'");
        }
        return name;
    }

    private static Address tcp(String option, String found, Matcher port, String otherwise) throws Failure {
        @Nullable String given = port.group("host");
        try {
            return new Address.Tcp(HostPort.parse((given == null ? otherwise : given) + ":" + port.group("port")));
        } catch (IllegalArgumentException e) {
            throw new Failure(Exit.USAGE, option + ": '" + found + "': " + e.getMessage());
        }
    }

    private Address unix(String path) {
        return new Address.Unix(folder.resolve(path).toAbsolutePath().normalize());
    }

    private static String file(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
