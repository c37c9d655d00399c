package io.relaygate.admin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code stateDir/addresses.json}: every bound address of the running gateway, by what is bound to it. */
public final class AddressesFile {

    /** Its name. */
    public static final String NAME = "addresses.json";

    private AddressesFile() {}

    /** Writes it in one step; a reader sees the old text or the new one. */
    public static void write(Path stateDir, Map<String, String> addresses) throws IOException {
        StateFiles.write(stateDir.resolve(NAME), Json.text(addresses) + "\n");
    }

    /**
     * Reads it.
     *
     * @throws java.nio.file.NoSuchFileException if no gateway has written it
     */
    public static Map<String, String> read(Path stateDir) throws IOException {
        Map<String, String> addresses = new LinkedHashMap<>();
        Json.object(Files.readString(stateDir.resolve(NAME)))
                .forEach((name, address) -> addresses.put(name, String.valueOf(address)));
        return addresses;
    }

    /** Takes it away when the gateway ends, so that nobody takes another process for it. */
    public static void remove(Path stateDir) throws IOException {
        Files.deleteIfExists(stateDir.resolve(NAME));
    }
}
