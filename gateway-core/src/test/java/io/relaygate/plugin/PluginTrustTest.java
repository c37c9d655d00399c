package io.relaygate.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.net.GatewayKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jars that may be loaded, and jars that may not. None of their code runs before. */
class PluginTrustTest {

    @TempDir
    private Path temporary;

    private Path folder;
    private Path jar;
    private PluginHost host;

    @BeforeEach
    void makesAJar() throws IOException {
        System.clearProperty("relaygate.test.ran");
        folder = Files.createDirectory(temporary.resolve("plugins"));
        jar = PluginJar.of("echo").members("static { System.setProperty(\"relaygate.test.ran\", \"yes\"); }").to(folder.resolve("echo.jar"));
        host = new PluginHost(folder, temporary.resolve("work"), "0.1.0");
    }

    @AfterEach
    void closeHost() {
        host.close();
    }

    private void refused(PluginTrust trust, String reason) throws IOException {
        try (PluginSet found = host.load(trust, null)) {
            assertThat(found.list()).singleElement().satisfies(status -> {
                assertThat(status.state()).isEqualTo(PluginStatus.State.REFUSED);
                assertThat(status.reason()).contains(reason);
            });
        }
        assertThat(System.getProperty("relaygate.test.ran")).isNull();
    }

    private void loaded(PluginTrust trust) throws IOException {
        try (PluginSet found = host.load(trust, null)) {
            assertThat(found.list()).extracting(PluginStatus::state).containsExactly(PluginStatus.State.LOADED);
        }
        assertThat(System.clearProperty("relaygate.test.ran")).isEqualTo("yes");
    }

    @Test
    void isInTheLockFile() throws IOException {
        PluginTrust locked = new PluginTrust.Locked();
        refused(locked, "no such file: " + folder.resolve("plugins.lock"));
        PluginLock.write(folder);
        loaded(locked);

        PluginJar.of("echo").file("more", "").members("static { System.setProperty(\"relaygate.test.ran\", \"yes\"); }").to(jar);
        refused(locked, "it is another than plugins.lock names");
        PluginLock.write(folder);
        loaded(locked);

        Files.move(jar, folder.resolve("other.jar"));
        refused(locked, "it is not in plugins.lock");
        Files.writeString(folder.resolve("plugins.lock"), "what\n");
        refused(locked, "line 1 is no SHA-256 and file name");
    }

    @Test
    void isSignedByAPublisher() throws IOException {
        GatewayKey ours = GatewayKey.make(temporary.resolve("ours.pem"));
        GatewayKey others = GatewayKey.make(temporary.resolve("others.pem"));
        PluginTrust signed = new PluginTrust.Signed(Map.of("one", GatewayKey.make(temporary.resolve("one.pem")).pin().key(), "us", ours.pin().key()));
        Path signature = folder.resolve("echo.jar.sig");
        refused(signed, "no such file: " + signature);
        Files.write(signature, others.sign(Files.readAllBytes(jar)));
        refused(signed, "echo.jar.sig is of none of the publishers [one, us], or of another jar");
        Files.write(signature, ours.sign(new byte[10]));
        refused(signed, "or of another jar");
        Files.write(signature, new byte[65]);
        refused(signed, "it has not 64 bytes");

        Files.write(signature, ours.sign(Files.readAllBytes(jar)));
        loaded(signed);
    }

    @Test
    void isNotKeptWhenItIsTrustedNoMore() throws IOException {
        PluginLock.write(folder);
        PluginSet first = host.load(new PluginTrust.Locked(), null);
        Files.writeString(folder.resolve("plugins.lock"), "");

        PluginSet second = host.load(new PluginTrust.Locked(), first);

        assertThat(second.protocols()).isEmpty();
    }

    @Test
    void isNobodysWhereItCannotBeRead() throws IOException {
        refused(new PluginTrust.Nothing("pluginTrust of the configuration cannot be read"), "cannot be read");
    }
}
