package io.relaygate.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a build leaves in its folder: taken when it is complete, kept when the build deletes it. */
class BuildFolderTest {

    @TempDir
    private Path temporary;

    private Path plugins;
    private Path target;
    private PluginHost host;

    @BeforeEach
    void makeFolders() throws IOException {
        plugins = Files.createDirectory(temporary.resolve("plugins"));
        target = Files.createDirectory(temporary.resolve("target"));
        host = new PluginHost(plugins, target, temporary.resolve("work"), "0.1.0", Patience.endless());
    }

    @AfterEach
    void closeHost() {
        host.close();
        assertThat(temporary.resolve("work")).isEmptyDirectory();
    }

    private static PluginJar line(String version) {
        return PluginJar.of("line").manifest("Plugin-Version", version);
    }

    private PluginSet load(@Nullable PluginSet before) throws IOException {
        return host.load(new PluginTrust.Locked(), before);
    }

    private BuildFolder build() {
        return Objects.requireNonNull(host.build());
    }

    @Test
    void isUsedInPlaceOfWhatIsInThePluginsFolder() throws IOException {
        line("1.0.0").to(plugins.resolve("line-1.0.0.jar"));
        PluginJar.of("other").to(plugins.resolve("other.jar"));
        PluginLock.write(plugins);
        line("2.0.0").to(target.resolve("line-2.0.0.jar"));

        PluginSet found = load(null);

        assertThat(found.protocols()).containsOnlyKeys("line", "other");
        assertThat(found.list()).filteredOn(status -> status.state() == PluginStatus.State.LOADED)
                .extracting(PluginStatus::file).containsExactly("line-2.0.0.jar", "other.jar");
    }

    @Test
    void isTakenWhenItIsCompleteAndNoLongerChanges() throws IOException {
        Path jar = line("1.0.0").to(target.resolve("line.jar"));
        PluginSet first = load(null);
        assertThat(build().look()).isFalse();

        byte[] whole = Files.readAllBytes(line("2.0.0").to(temporary.resolve("next.jar")));
        Files.write(jar, Arrays.copyOf(whole, whole.length / 2));
        assertThat(build().look()).isFalse();
        assertThat(build().look()).isFalse();
        assertThat(load(first).list()).extracting(PluginStatus::version).containsExactly("1.0.0");

        Files.write(jar, Arrays.copyOfRange(whole, whole.length / 2, whole.length), StandardOpenOption.APPEND);
        assertThat(build().look()).isFalse();
        assertThat(build().look()).isTrue();
        assertThat(build().look()).isFalse();
        assertThat(load(first).list()).extracting(PluginStatus::version).containsExactly("2.0.0");
    }

    @Test
    void staysWhenTheBuildDeletesItOrMakesWhatDoesNotStart() throws IOException {
        line("0.9.0").to(plugins.resolve("line-0.9.0.jar"));
        Path jar = line("1.0.0").to(target.resolve("line-1.0.0.jar"));
        PluginSet first = load(null);

        Files.delete(jar);
        build().look();
        build().look();
        assertThat(load(first).protocols()).containsOnlyKeys("line");

        line("2.0.0").members("public void start() { throw new Error(\"boom\"); }").to(target.resolve("line-2.0.0.jar"));
        build().look();
        assertThat(build().look()).isTrue();
        assertThat(load(first).list()).filteredOn(status -> status.state() == PluginStatus.State.KEPT).singleElement()
                .satisfies(status -> {
                    assertThat(status.version()).isEqualTo("1.0.0");
                    assertThat(status.reason()).isEqualTo("its start() failed: Error: boom");
                });

        line("3.0.0").to(target.resolve("line-3.0.0.jar"));
        build().look();
        assertThat(build().look()).isTrue();
        assertThat(load(first).list()).filteredOn(status -> status.state() == PluginStatus.State.LOADED)
                .extracting(PluginStatus::file).containsExactly("line-3.0.0.jar");
    }

    @Test
    void isNotSourcesNorWhatTheShadePluginPutsAsideNorALibrary() throws IOException {
        line("1.0.0").to(target.resolve("line.jar"));
        line("6.0.0").to(target.resolve("original-line.jar"));
        line("7.0.0").to(target.resolve("line-sources.jar"));
        PluginJar.of("x").withoutManifest().to(target.resolve("library.jar"));

        assertThat(load(null).list()).extracting(PluginStatus::version).containsExactly("1.0.0");
    }
}
