package io.relaygate.relay;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A connection string as Azure prints it: {@code Endpoint=sb://..;SharedAccessKeyName=..;SharedAccessKey=..;..}. Keys
 * compare without case; a value may contain {@code =}.
 *
 * @param endpoint the namespace's address
 * @param keyName the name of the shared access key, or null
 * @param key the shared access key, or null
 * @param signature a ready-made token, or null
 * @param entityPath the only hybrid connection that the string is for, or null
 */
public record ConnectionString(
        Endpoint endpoint,
        @Nullable String keyName,
        @Nullable String key,
        @Nullable String signature,
        @Nullable String entityPath) {

    private static final List<String> KEYS = List.of(
            "Endpoint",
            "EntityPath",
            "SharedAccessKeyName",
            "SharedAccessKey",
            "SharedAccessSignature",
            "OperationTimeout",
            "Authentication");

    /**
     * Reads a connection string.
     *
     * @throws IllegalArgumentException if it is none; the message names the key and never a value
     */
    public static ConnectionString parse(String text) {
        Map<String, String> values = split(text);
        String endpoint = values.get("Endpoint");
        if (endpoint == null) {
            throw new IllegalArgumentException("Endpoint is missing");
        }
        if (values.containsKey("Authentication")) {
            throw new IllegalArgumentException(
                    "Authentication: only SharedAccessKeyName with SharedAccessKey, or SharedAccessSignature, is known");
        }
        String name = values.get("SharedAccessKeyName");
        String key = values.get("SharedAccessKey");
        String signature = values.get("SharedAccessSignature");
        if ((name == null) != (key == null)) {
            throw new IllegalArgumentException(name == null
                    ? "SharedAccessKey needs SharedAccessKeyName"
                    : "SharedAccessKeyName needs SharedAccessKey");
        }
        if ((key == null) == (signature == null)) {
            throw new IllegalArgumentException(key == null
                    ? "SharedAccessKeyName and SharedAccessKey are missing, or SharedAccessSignature"
                    : "SharedAccessKey and SharedAccessSignature exclude each other");
        }
        requireToken(signature);
        return new ConnectionString(readEndpoint(endpoint), name, key, signature, readEntity(values.get("EntityPath")));
    }

    /** Without key and token. */
    @Override
    public String toString() {
        return "connection string of " + endpoint;
    }

    private static Map<String, String> split(String text) {
        Map<String, String> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        int number = 0;
        for (String part : text.strip().split(";", -1)) {
            number++;
            if (part.isBlank()) {
                continue;
            }
            int equals = part.indexOf('=');
            if (equals <= 0) {
                throw new IllegalArgumentException("part " + number + " is not key=value");
            }
            String key = part.substring(0, equals).strip();
            String known = KEYS.stream().filter(key::equalsIgnoreCase).findFirst().orElse(null);
            if (known == null) {
                throw new IllegalArgumentException("part " + number + " has an unknown key; known are "
                        + String.join(", ", KEYS));
            }
            String value = part.substring(equals + 1).strip();
            if (value.isEmpty()) {
                throw new IllegalArgumentException(known + " is empty");
            }
            if (values.put(known, value) != null) {
                throw new IllegalArgumentException(known + " stands twice");
            }
        }
        return values;
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
