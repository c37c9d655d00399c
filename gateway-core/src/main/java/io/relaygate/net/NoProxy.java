package io.relaygate.net;

import java.net.InetAddress;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Hosts that are reached without the proxy, in the words of {@code NO_PROXY}: {@code *}; a name, which stands for all names below it
 * too; {@code .name} or {@code *.name} for those below it alone; an address; or a network. Each may have a port. Names are not
 * looked up: a host that is asked for by name is in no network.
 *
 * @param text as it is written
 * @param name what names end with, in lower case, with a leading dot for those below it alone; null for a network
 * @param network an address alone is one too; null for a name
 * @param port the only one that is meant, 0 for every one
 */
public record NoProxy(String text, @Nullable String name, @Nullable Network network, int port) {

    /** What one looks like, for the JSON schema of the configuration. */
    public static final String PATTERN = "[^\\s,]+";

    private static final Pattern PORT = Pattern.compile("(?<host>\\[[^\\]]*]|[^:]*)(:(?<port>[0-9]{1,5}))?");
    private static final Pattern NAME = Pattern.compile("(\\*?\\.)?[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*\\.?");

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException if the text is none
     */
    public static NoProxy parse(String text) {
        if (text.equals("*")) {
            return new NoProxy(text, "", null, 0);
        }
        NoProxy plain = network(text, text, 0);
        if (plain != null) {
            return plain;
        }
        Matcher parts = PORT.matcher(text);
        int port = parts.matches() && parts.group("port") != null ? Integer.parseInt(parts.group("port")) : 0;
        if (!parts.matches() || port > 65535) {
            throw new IllegalArgumentException(expected(text));
        }
        String host = parts.group("host");
        NoProxy address = network(text, host.replaceAll("^\\[|]$", ""), port);
        if (address != null) {
            return address;
        }
        if (!NAME.matcher(host).matches()) {
            throw new IllegalArgumentException(expected(text));
        }
        return new NoProxy(text, ending(host.startsWith("*") ? host.substring(1) : host), null, port);
    }

    private static String expected(String text) {
        return "expected a host's name, .name for all names below one, an address, a network such as 10.0.0.0/8, or *, found '" + text + "'";
    }

    private static @Nullable NoProxy network(String text, String host, int port) {
        int slash = host.indexOf('/');
        boolean named = literal(slash < 0 ? host : host.substring(0, slash)) == null;
        return named ? null : new NoProxy(text, null, Network.around(host), port);
    }

    static @Nullable InetAddress literal(String host) {
        try {
            return InetAddress.ofLiteral(host);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Lower case, without the root's dot. */
    private static String ending(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    /** Whether it means this host. */
    boolean means(String host, int toPort) {
        if (port != 0 && port != toPort) {
            return false;
        }
        InetAddress address = literal(host);
        if (network != null) {
            return address != null && network.contains(address);
        }
        String ending = String.valueOf(name);
        if (ending.isEmpty()) {
            return true;
        }
        String asked = ending(host);
        return address == null && (asked.equals(ending) || asked.endsWith(ending.startsWith(".") ? ending : "." + ending));
    }

    @Override
    public String toString() {
        return text;
    }
}
