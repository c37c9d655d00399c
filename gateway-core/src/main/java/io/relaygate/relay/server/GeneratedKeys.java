package io.relaygate.relay.server;

import io.relaygate.net.PrivateFile;
import io.relaygate.relay.server.RelaySettings.HybridConnection;
import io.relaygate.relay.server.RelaySettings.Right;
import io.relaygate.sdk.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The keys that the relay has made for itself, in one JSON file that only its owner can read. The file is made when the
 * first key is.
 */
final class GeneratedKeys {

    private static final JsonFactory JSON = new JsonFactory();
    private static final int KEY_BYTES = 32;

    /** As Azure names the first key of a namespace. */
    static final String ROOT = "RootManageSharedAccessKey";

    private final Path file;
    private final Map<String, char[]> keys;

    /** Reads the file if there is one. */
    GeneratedKeys(Path stateDir) throws IOException {
        this.file = stateDir.resolve("relay-keys.json");
        this.keys = Files.exists(file) ? read(file) : new TreeMap<>();
    }

    /** Where the keys are. */
    Path file() {
        return file;
    }

    /** The key of that name, made if there is none yet. */
    Secret key(String name) throws IOException {
        if (!keys.containsKey(name)) {
            byte[] random = new byte[KEY_BYTES];
            new SecureRandom().nextBytes(random);
            byte[] encoded = Base64.getEncoder().encode(random);
            char[] key = new char[encoded.length];
            for (int i = 0; i < key.length; i++) {
                key[i] = (char) encoded[i];
            }
            keys.put(name, key);
            Arrays.fill(random, (byte) 0);
            Arrays.fill(encoded, (byte) 0);
            write();
        }
        return new Kept(name);
    }

    /** Whether the relay would have to make a key of its own. */
    static boolean needed(RelaySettings settings) {
        return rootNeeded(settings)
                || Stream.concat(
                                settings.keys().values().stream(),
                                settings.hybridConnections().values().stream()
                                        .flatMap(one -> one.keys().values().stream()))
                        .anyMatch(key -> key.primary() == null);
    }

    /** All keys of the namespace, with those that were missing. */
    Map<String, RelaySettings.Key> namespaceKeys(RelaySettings settings) throws IOException {
        return rootNeeded(settings)
                ? Map.of(ROOT, new RelaySettings.Key(List.of(Right.MANAGE), key(ROOT), null))
                : complete("", settings.keys());
    }

    /** All hybrid connections, with the keys that were missing. */
    Map<String, HybridConnection> hybridConnections(RelaySettings settings) throws IOException {
        Map<String, HybridConnection> complete = new LinkedHashMap<>();
        for (Map.Entry<String, HybridConnection> entry : settings.hybridConnections().entrySet()) {
            HybridConnection one = entry.getValue();
            complete.put(
                    entry.getKey(),
                    new HybridConnection(
                            complete(entry.getKey() + "/", one.keys()), one.requiresClientAuthorization(), one.userMetadata()));
        }
        return complete;
    }

    private Map<String, RelaySettings.Key> complete(String prefix, Map<String, RelaySettings.Key> given) throws IOException {
        Map<String, RelaySettings.Key> complete = new LinkedHashMap<>();
        for (Map.Entry<String, RelaySettings.Key> entry : given.entrySet()) {
            RelaySettings.Key key = entry.getValue();
            Secret primary = key.primary() == null ? key(prefix + entry.getKey()) : key.primary();
            complete.put(entry.getKey(), new RelaySettings.Key(key.rights(), primary, key.secondary()));
        }
        return complete;
    }

    /** With no key at all nobody could use the relay. */
    private static boolean rootNeeded(RelaySettings settings) {
        return settings.keys().isEmpty()
                && settings.hybridConnections().values().stream().allMatch(one -> one.keys().isEmpty());
    }

    private void write() throws IOException {
        PrivateFile.write(file, out -> {
            try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
                json.writeStartObject();
                keys.forEach((name, key) -> {
                    json.writeName(name);
                    json.writeString(key, 0, key.length);
                });
                json.writeEndObject();
            }
        });
    }

    private static Map<String, char[]> read(Path file) throws IOException {
        Map<String, char[]> keys = new TreeMap<>();
        byte[] bytes = Files.readAllBytes(file);
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), bytes)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException(file + ": expected a JSON object; remove the file to have new keys made");
            }
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                if (json.nextToken() != JsonToken.VALUE_STRING || json.getStringLength() == 0) {
                    throw new IOException(file + ": the key '" + name + "' is no text");
                }
                int from = json.getStringOffset();
                keys.put(name, Arrays.copyOfRange(json.getStringCharacters(), from, from + json.getStringLength()));
            }
        } catch (JacksonException e) {
            throw new IOException(file + ": not JSON; remove the file to have new keys made", e);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
        return keys;
    }

    private final class Kept implements Secret {

        private final String name;

        Kept(String name) {
            this.name = name;
        }

        @Override
        public <T> T with(Function<char[], T> use) {
            char[] value = keys.getOrDefault(name, new char[0]).clone();
            try {
                return use.apply(value);
            } finally {
                Arrays.fill(value, '\0');
            }
        }

        @Override
        public String toString() {
            return "key '" + name + "' in " + file;
        }
    }
}
