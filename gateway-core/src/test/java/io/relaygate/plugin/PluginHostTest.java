package io.relaygate.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.relaygate.sdk.Protocol;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginHostTest {

    @TempDir
    Path temporary;

    private Path folder;
    private Path work;
    private PluginHost host;

    @BeforeEach
    void makeFolders() throws IOException {
        folder = Files.createDirectory(temporary.resolve("plugins"));
        work = temporary.resolve("work");
        host = new PluginHost(folder, work, "0.1.0-SNAPSHOT");
    }

    @AfterEach
    void closeHost() {
        host.close();
    }

    @Test
    void offersTheProtocolsOfEveryPlugin() throws IOException {
        PluginJar.of("echo").to(folder.resolve("echo.jar"));
        PluginJar.of("chargen").to(folder.resolve("chargen.jar"));

        PluginSet found = host.load(new PluginTrust.Everything(), null);

        assertThat(found.protocols()).containsOnlyKeys("echo", "chargen");
        Protocol<?> echo = Objects.requireNonNull(found.protocols().get("echo"));
        assertThat(echo.name()).isEqualTo("echo");
        assertThat(echo.settings().getName()).isEqualTo("demo.DemoSettings");
        assertThat(found.list()).containsExactly(
                new PluginStatus("chargen.jar", "chargen", "1.0.0", List.of("chargen"), "not said", PluginStatus.State.LOADED, null),
                new PluginStatus("echo.jar", "echo", "1.0.0", List.of("echo"), "not said", PluginStatus.State.LOADED, null));
    }

    @Test
    void ignoresWhateverIsNoJarAndWhateverIsHidden() throws IOException {
        Files.writeString(folder.resolve("README.txt"), "not a plugin");
        Files.writeString(folder.resolve("echo.jar.part"), "half a plugin");
        Files.createDirectory(folder.resolve("folder"));
        PluginJar.of("hidden").to(folder.resolve(".hidden.jar"));

        PluginSet found = host.load(new PluginTrust.Everything(), null);

        assertThat(found.list()).isEmpty();
    }

    @Test
    void loadsNothingFromAnEmptyFolder() throws IOException {
        PluginSet found = host.load(new PluginTrust.Everything(), null);

        assertThat(found.list()).isEmpty();
        assertThat(found.protocols()).isEmpty();
    }

    @Test
    void saysThatTheFolderIsMissing() {
        Path missing = temporary.resolve("nowhere");

        assertThatThrownBy(() -> new PluginHost(missing, work, "0.1.0").load(new PluginTrust.Everything(), null))
                .isInstanceOf(IOException.class)
                .hasMessage("the plugins folder " + missing + " does not exist");
    }

    @Test
    void saysThatTheFolderIsAFile() throws IOException {
        Path file = Files.writeString(temporary.resolve("file"), "");

        assertThatThrownBy(() -> new PluginHost(file, work, "0.1.0").load(new PluginTrust.Everything(), null))
                .isInstanceOf(IOException.class)
                .hasMessage("the plugins folder " + file + " is not a folder");
    }

    @Test
    void saysThatThereIsNoPlaceForCopies() throws IOException {
        Path file = Files.writeString(temporary.resolve("file"), "");

        assertThatThrownBy(() -> new PluginHost(folder, file, "0.1.0").load(new PluginTrust.Everything(), null))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("the folder " + file + " for copies of the plugins cannot be used (");
    }

    @Test
    void needsAReadableSdkVersion() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PluginHost(folder, work, "latest"))
                .withMessage("the SDK's version must look like 1.2.3, found 'latest'");
    }

    @Test
    void loadsPrivateCopiesSoThatAReplacedJarChangesNothing() throws IOException {
        Path jar = PluginJar.of("echo")
                .members("public void start() {}")
                .file("greeting.txt", "hello")
                .to(folder.resolve("echo.jar"));
        PluginSet found = host.load(new PluginTrust.Everything(), null);
        Class<?> settings = Objects.requireNonNull(found.protocols().get("echo")).settings();

        Files.writeString(jar, "overwritten");

        assertThat(settings.getClassLoader().getResourceAsStream("greeting.txt")).hasContent("hello");
    }

    @Test
    void keepsItsCopiesFromOtherUsers() throws IOException {
        PluginJar.of("echo").to(folder.resolve("echo.jar"));

        host.load(new PluginTrust.Everything(), null);

        if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            for (Path made : below(work)) {
                if (Files.isDirectory(made)) {
                    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                            .isEqualTo("rwx------");
                }
            }
        }
        assertThat(below(work)).anyMatch(path -> path.toString().matches(".*/[0-9a-f]{64}\\.jar"));
    }

    @Test
    void closesPluginsAndDeletesTheCopies() throws IOException {
        System.clearProperty("relaygate.test.closed");
        PluginJar.of("echo")
                .members("public void close() { System.setProperty(\"relaygate.test.closed\", "
                        + "Thread.currentThread().getContextClassLoader() == getClass().getClassLoader() ? \"inside\" : \"outside\"); }")
                .to(folder.resolve("echo.jar"));
        host.load(new PluginTrust.Everything(), null);

        host.close();
        host.close();

        assertThat(System.clearProperty("relaygate.test.closed")).isEqualTo("inside");
        assertThat(below(work)).isEmpty();
    }

    @Test
    void closesTheOthersWhenOneFailsToClose() throws IOException {
        System.clearProperty("relaygate.test.closed");
        PluginJar.of("a")
                .members("public void close() { System.setProperty(\"relaygate.test.closed\", \"yes\"); }")
                .to(folder.resolve("a.jar"));
        PluginJar.of("b").members("public void close() { throw new Error(\"no\"); }").to(folder.resolve("b.jar"));
        host.load(new PluginTrust.Everything(), null);

        host.close();

        assertThat(System.clearProperty("relaygate.test.closed")).isEqualTo("yes");
        assertThat(below(work)).isEmpty();
    }

    @Test
    void clearsWhatAKilledProcessLeftAndNothingElse() throws IOException {
        PluginJar.of("echo").to(folder.resolve("echo.jar"));
        Files.createDirectories(work.resolve("plugins-1-2"));
        Files.writeString(work.resolve("plugins-1-2").resolve("old.jar"), "");
        Files.writeString(work.resolve("plugins-1.lock"), "");
        Files.writeString(work.resolve("admin.token"), "kept");
        host.load(new PluginTrust.Everything(), null);
        List<Path> first = below(work);

        try (PluginHost second = new PluginHost(folder, work, "0.1.0")) {
            second.load(new PluginTrust.Everything(), null);
            assertThat(below(work)).containsAll(first);
        }

        assertThat(below(work)).containsExactlyInAnyOrderElementsOf(first);
        assertThat(work.resolve("plugins-1-2")).doesNotExist();
        assertThat(work.resolve("plugins-1.lock")).doesNotExist();
        assertThat(work.resolve("admin.token")).exists();
    }

    private static List<Path> below(Path folder) throws IOException {
        try (var paths = Files.walk(folder)) {
            return paths.filter(path -> !path.equals(folder)).sorted().toList();
        }
    }
}
