package io.relaygate.relay;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A connection string as Azure prints it: {@code Endpoint=sb://..;SharedAccessKeyName=..;SharedAccessKey=..;..}. Keys
 * compare without case; a value may contain {@code =}. {@link #close} wipes the shared access key. Not safe for threads.
 */
public final class ConnectionString implements AutoCloseable {

    private static final List<String> KEYS = List.of(
            "Endpoint",
            "EntityPath",
            "SharedAccessKeyName",
            "SharedAccessKey",
            "SharedAccessSignature",
            "OperationTimeout",
            "Authentication");

    private final Endpoint endpoint;
    private final @Nullable String keyName;
    private final char @Nullable [] key;
    private final @Nullable String signature;
    private final @Nullable String entityPath;

    private ConnectionString(Map<String, char[]> values) {
        String address = text(values, "Endpoint");
        if (address == null) {
            throw new IllegalArgumentException("Endpoint is missing");
        }
        if (values.containsKey("Authentication")) {
            throw new IllegalArgumentException(
                    "Authentication: an identity is not written here; give `endpoint:` and `credential: { managedIdentity: system }`");
        }
        keyName = text(values, "SharedAccessKeyName");
        char[] given = values.get("SharedAccessKey");
        // A token, which will be a header.
        signature = text(values, "SharedAccessSignature");
        if ((keyName == null) != (given == null)) {
            throw new IllegalArgumentException(keyName == null
                    ? "SharedAccessKey needs SharedAccessKeyName"
                    : "SharedAccessKeyName needs SharedAccessKey");
        }
        if ((given == null) == (signature == null)) {
            throw new IllegalArgumentException(given == null
                    ? "SharedAccessKeyName and SharedAccessKey are missing, or SharedAccessSignature"
                    : "SharedAccessKey and SharedAccessSignature exclude each other");
        }
        requireToken(signature);
        endpoint = readEndpoint(address);
        entityPath = readEntity(text(values, "EntityPath"));
        key = given == null ? null : given.clone();
    }

    /**
     * Reads a connection string.
     *
     * @param text the caller's to wipe
     * @throws IllegalArgumentException if it is none; the message names the key and never a value
     */
    public static ConnectionString parse(char[] text) {
        Map<String, char[]> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        try {
            split(text, values);
            return new ConnectionString(values);
        } finally {
            values.values().forEach(value -> Arrays.fill(value, '\0'));
        }
    }

    /** The namespace's address. */
    public Endpoint endpoint() {
        return endpoint;
    }

    /** The name of the shared access key, or null. */
    public @Nullable String keyName() {
        return keyName;
    }

    /** The shared access key, or null; it is not to be kept. */
    public char @Nullable [] key() {
        return key;
    }

    /** A ready-made token, or null. */
    public @Nullable String signature() {
        return signature;
    }

    /** The only hybrid connection that the string is for, or null. */
    public @Nullable String entityPath() {
        return entityPath;
    }

    @Override
    public void close() {
        if (key != null) {
            Arrays.fill(key, '\0');
        }
    }

    /** Without key and token. */
    @Override
    public String toString() {
        return "connection string of " + endpoint;
    }

    private static @Nullable String text(Map<String, char[]> values, String key) {
        char[] value = values.get(key);
        return value == null ? null : String.valueOf(value);
    }

    private static void split(char[] text, Map<String, char[]> values) {
        int number = 0;
        for (int from = 0; from <= text.length; ) {
            int to = from;
            while (to < text.length && text[to] != ';') {
                to++;
            }
            number++;
            part(Arrays.copyOfRange(text, from, to), number, values);
            from = to + 1;
        }
    }

    private static void part(char[] raw, int number, Map<String, char[]> values) {
        char[] part = SharedKey.stripped(raw);
        try {
            if (part.length == 0) {
                return;
            }
            int equals = 0;
            while (equals < part.length && part[equals] != '=') {
                equals++;
            }
            if (equals == 0 || equals == part.length) {
                throw new IllegalArgumentException("part " + number + " is not key=value");
            }
            String key = String.valueOf(part, 0, equals).strip();
            String known = KEYS.stream().filter(key::equalsIgnoreCase).findFirst().orElse(null);
            if (known == null) {
                throw new IllegalArgumentException("part " + number + " has an unknown key; known are "
                        + String.join(", ", KEYS));
            }
            Arrays.fill(part, 0, equals + 1, ' ');
            char[] value = SharedKey.stripped(part);
            if (value.length == 0) {
                throw new IllegalArgumentException(known + " is empty");
            }
            if (values.putIfAbsent(known, value) != null) {
                throw new IllegalArgumentException(known + " stands twice");
            }
        } finally {
            Arrays.fill(raw, '\0');
            Arrays.fill(part, '\0');
        }
    }

    private static Endpoint readEndpoint(String text) {
        try {
            return Endpoint.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("Endpoint: " + e.getMessage(), e);
        }
    }

    private static @Nullable String readEntity(@Nullable String path) {
        if (path == null) {
            return null;
        }
        try {
            return HybridConnectionPath.require(path);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("EntityPath: " + e.getMessage(), e);
        }
    }

    private static void requireToken(@Nullable String signature) {
        if (signature == null) {
            return;
        }
        try {
            SasToken.parse(signature);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("SharedAccessSignature: " + e.getMessage(), e);
        }
    }

    /**
     * Where a namespace is.
     *
     * @param host lower-case, an IPv6 address without brackets
     * @param port 443 unless the address says otherwise
     */
    public record Endpoint(String host, int port) {

        private static final int TLS_PORT = 443;

        /**
         * Reads {@code sb://HOST[:PORT][/]}.
         *
         * @throws IllegalArgumentException if the text is none; the message does not repeat it
         */
        static Endpoint parse(String text) {
            String lower = text.strip().toLowerCase(Locale.ROOT);
            if (!lower.startsWith("sb://")) {
                throw new IllegalArgumentException("an endpoint is sb://HOST/ or sb://HOST:PORT/");
            }
            String authority = lower.substring("sb://".length());
            if (authority.endsWith("/")) {
                authority = authority.substring(0, authority.length() - 1);
            }
            int colon = authority.lastIndexOf(':');
            boolean hasPort = colon > authority.lastIndexOf(']');
            String host = hasPort ? authority.substring(0, colon) : authority;
            if (host.startsWith("[") && host.endsWith("]")) {
                host = host.substring(1, host.length() - 1);
                if (!host.matches("[0-9a-f:.%]+")) {
                    throw new IllegalArgumentException("an endpoint in brackets is an IPv6 address");
                }
            } else if (!host.matches("[a-z0-9_](?:[a-z0-9._-]*[a-z0-9])?")) {
                throw new IllegalArgumentException("an endpoint is sb://HOST/ or sb://HOST:PORT/, without a path");
            }
            return new Endpoint(host, hasPort ? readPort(authority.substring(colon + 1)) : TLS_PORT);
        }

        /** As it stands in a {@code Host} header. */
        String authority() {
            String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
            return port == TLS_PORT ? name : name + ":" + port;
        }

        @Override
        public String toString() {
            return "sb://" + authority() + "/";
        }

        private static int readPort(String text) {
            if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > 65535) {
                throw new IllegalArgumentException("the port of an endpoint is 1 to 65535");
            }
            return Integer.parseInt(text);
        }
    }
}
