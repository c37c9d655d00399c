package io.relaygate.net;

import io.relaygate.sdk.HostPort;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where to connect: an address, or an instance of SQL Server whose port is asked for when it is connected to. */
public sealed interface DialAddress permits Address, DialAddress.Instance {

    /** What one looks like, for the JSON schema of the configuration. */
    String PATTERN = Address.PATTERN + "|" + Instance.PATTERN;

    /**
     * A named instance of SQL Server. SQL Browser on the same host knows its port.
     *
     * @param host a DNS name, or an IP address without brackets
     * @param name the instance's, 1 to 16 letters, digits, {@code _}, {@code &}, {@code #} or {@code $}; upper and lower case are one
     */
    record Instance(String host, String name) implements DialAddress {

        private static final String PATTERN = "(\\[[0-9A-Fa-f:.]+(%[^\\]]+)?\\]|[^\\s/\\[\\]@:\\\\]+)\\\\[A-Za-z_&#][A-Za-z0-9_&#$]{0,15}";
        private static final Pattern FORM = Pattern.compile("(?<host>[^\\\\]*)\\\\(?<name>[A-Za-z_&#][A-Za-z0-9_&#$]{0,15})");
        private static final Pattern WITH_PORT = Pattern.compile("(?<host>[^:\\\\]+|\\[.*\\])(:(?<before>[0-9]+))?\\\\[^\\\\:,]*([:,] *(?<after>[0-9]+))?");

        private static Instance parse(String text) {
            Matcher port = WITH_PORT.matcher(text);
            if (port.matches() && (port.group("before") != null || port.group("after") != null)) {
                throw new IllegalArgumentException("an instance whose port is known is named by that alone: '" + port.group("host") + ":"
                        + (port.group("after") == null ? port.group("before") : port.group("after")) + "', found '" + text + "'");
            }
            Matcher parts = FORM.matcher(text);
            if (!parts.matches()) {
                throw new IllegalArgumentException("expected an instance of SQL Server as 'host\\NAME', its name of at most 16 letters and digits, "
                        + "found '" + text + "'; others are named by their port, host:port");
            }
            return new Instance(HostPort.parse(parts.group("host") + ":0").host(), parts.group("name"));
        }

        @Override
        public String toString() {
            return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + "\\" + name;
        }
    }

    /**
     * Reads {@code host:port}, {@code [ipv6]:port}, {@code unix:/path} or {@code host\INSTANCE}.
     *
     * @throws IllegalArgumentException if the text is none of them
     */
    static DialAddress parse(String text) {
        if (text.startsWith("unix:")) {
            return Address.parse(text);
        }
        if (text.chars().anyMatch(letter -> letter < ' ')) {
            throw new IllegalArgumentException("expected host:port or 'host\\INSTANCE', which needs single quotes, found a text with a control character");
        }
        return text.indexOf('\\') < 0 ? Address.parse(text) : Instance.parse(text);
    }
}
