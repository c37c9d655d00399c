package io.relaygate.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;

/**
 * Microsoft's emulator of the storage services, as it is on npm: it checks signatures as the services do. It keeps nothing on disk.
 * Official clients are installed beside it.
 */
final class Azurite implements AutoCloseable {

    /** Its account, and the key that everybody knows. */
    static final String ACCOUNT = "devstoreaccount1";

    static final String KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private static final String SCRIPT = "node_modules/azurite/dist/src/azurite.js";
    private static final Duration INSTALLED = Duration.ofMinutes(4);

    private final Map<String, Integer> ports;
    private final Child server;

    private Azurite(Map<String, Integer> ports, Child server) {
        this.ports = ports;
        this.server = server;
    }

    static void require() {
        Interop.require("node", "npm");
    }

    /** Starts one; {@code name} names its folder. */
    static Azurite start(String name) {
        Path script = install();
        int blob = FreePort.find();
        int queue = FreePort.find();
        int table = FreePort.find();
        List<String> command = List.of(Interop.path("node").toString(), script.toString(), "--blobPort", Integer.toString(blob), "--queuePort",
                Integer.toString(queue), "--tablePort", Integer.toString(table), "--inMemoryPersistence", "--skipApiVersionCheck",
                "--disableTelemetry", "--silent");
        Azurite azurite = new Azurite(Map.of("blob", blob, "queue", queue, "table", table), Child.start("azurite", Folders.fresh(name), Map.of(), command));
        try {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .failFast("the server ended", () -> !azurite.server.alive())
                    .until(() -> azurite.server.out().contains("Table service is successfully listening"));
            return azurite;
        } catch (RuntimeException e) {
            String told = azurite.server.told();
            azurite.close();
            throw new AssertionError(told, e);
        }
    }

    /** Installs it into the build's folder; a second time does not ask the registry again. */
    private static Path install() {
        Path folder = Folders.create(Folders.WORK.resolve("azurite"));
        Path script = folder.resolve(SCRIPT);
        if (!Files.exists(script)) {
            List.of("package.json", "package-lock.json", ".npmrc", "clients.js").forEach(file -> copy(file, folder));
            Programs.in(folder).within(INSTALLED).start("npm", "ci", "--silent", "--omit=optional").orFail();
        }
        return script;
    }

    private static void copy(String file, Path folder) {
        String resource = "/azurite/" + file;
        try {
            Path from = Path.of(Objects.requireNonNull(Azurite.class.getResource(resource), resource).toURI());
            Files.copy(from, folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** Runs Microsoft's clients against the services below an address; they prove nothing. Prints what went well. */
    static Programs.Ended clients(String address) {
        return Programs.in(install().resolve("../../../../..").normalize()).with("STORAGE", address).start("node", "clients.js");
    }

    /** The port of {@code blob}, {@code queue} or {@code table}. */
    int port(String service) {
        return Objects.requireNonNull(ports.get(service), service);
    }

    @Override
    public void close() {
        server.stop("TERM");
        server.close();
    }
}
