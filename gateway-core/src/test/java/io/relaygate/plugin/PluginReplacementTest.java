package io.relaygate.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaygate.sdk.Protocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jars that come, change and go while a host runs. */
class PluginReplacementTest {

    @TempDir
    private Path temporary;

    private Path folder;
    private Path work;
    private PluginHost host;

    @BeforeEach
    void makeFolders() throws IOException {
        folder = Files.createDirectory(temporary.resolve("plugins"));
        work = temporary.resolve("work");
        host = new PluginHost(folder, work, "0.1.0");
    }

    @AfterEach
    void closeHost() {
        host.close();
    }

    private static PluginJar echo(String version) {
        return PluginJar.of("echo").manifest("Plugin-Version", version);
    }

    private static Protocol<?> protocol(PluginSet found, String name) {
        return Objects.requireNonNull(found.protocols().get(name));
    }

    /** How many copies there are. */
    private long copies() throws IOException {
        try (Stream<Path> all = Files.walk(work)) {
            return all.filter(path -> path.toString().endsWith(".jar")).count();
        }
    }

    @Test
    void leaveAloneWhatDidNotChange() throws IOException {
        echo("1.0.0").to(folder.resolve("echo.jar"));
        PluginSet first = host.load(new PluginTrust.Everything(), null);
        PluginJar.of("other").to(folder.resolve("other.jar"));

        PluginSet second = host.load(new PluginTrust.Everything(), first);
        first.close();

        assertThat(second.protocols()).containsOnlyKeys("echo", "other");
        assertThat(protocol(second, "echo").settings().getClassLoader().getResource("demo/DemoProtocol.class")).isNotNull();
        assertThat(host.departed().count()).isZero();
    }

    @Test
    void areBesideWhatTheyReplaceUntilNobodyUsesThat() throws IOException {
        echo("1.0.0").to(folder.resolve("echo.jar"));
        PluginSet first = host.load(new PluginTrust.Everything(), null);
        ClassLoader old = protocol(first, "echo").settings().getClassLoader();
        echo("1.1.0").to(folder.resolve("echo.jar"));

        PluginSet second = host.load(new PluginTrust.Everything(), first);

        assertThat(protocol(second, "echo").settings().getClassLoader()).isNotSameAs(old);
        assertThat(second.list()).extracting(PluginStatus::version).containsExactly("1.1.0");
        assertThat(first.list()).extracting(PluginStatus::version).containsExactly("1.0.0");
        assertThat(old.getResource("demo/DemoProtocol.class")).isNotNull();
        assertThat(copies()).isEqualTo(2);

        first.close();
        first.close();

        assertThat(old.getResource("demo/DemoProtocol.class")).isNull();
        assertThat(copies()).isEqualTo(1);
        assertThat(protocol(second, "echo").settings().getClassLoader().getResource("demo/Demo.class")).isNotNull();
    }

    @Test
    void areBackAsTheyWereWhileTheyAreStillUsed() throws IOException {
        Path jar = echo("1.0.0").to(folder.resolve("echo.jar"));
        Path aside = Files.copy(jar, temporary.resolve("aside"));
        PluginSet first = host.load(new PluginTrust.Everything(), null);
        echo("1.1.0").to(jar);
        PluginSet second = host.load(new PluginTrust.Everything(), first);
        Files.copy(aside, jar, StandardCopyOption.REPLACE_EXISTING);

        PluginSet third = host.load(new PluginTrust.Everything(), second);
        second.close();
        first.close();

        assertThat(protocol(third, "echo").settings().getClassLoader().getResource("demo/Demo.class")).isNotNull();
        assertThat(copies()).isEqualTo(1);
    }

    @Test
    void leaveWhatTheyWereToReplaceIfTheyCannotBeUsed() throws IOException {
        echo("1.0.0").to(folder.resolve("echo.jar"));
        PluginSet first = host.load(new PluginTrust.Everything(), null);
        Files.writeString(folder.resolve("echo.jar"), "half a jar");

        PluginSet second = host.load(new PluginTrust.Everything(), first);
        first.close();

        assertThat(second.list()).singleElement().satisfies(status -> {
            assertThat(status.state()).isEqualTo(PluginStatus.State.KEPT);
            assertThat(status.version()).isEqualTo("1.0.0");
            assertThat(status.reason()).startsWith("it is not a jar");
        });
        assertThat(protocol(second, "echo").settings().getClassLoader().getResource("demo/Demo.class")).isNotNull();
    }

    @Test
    void leaveWhatTheyWereToReplaceUnderAnotherNameToo() throws IOException {
        Path old = echo("1.0.0").to(folder.resolve("echo-1.0.0.jar"));
        PluginSet first = host.load(new PluginTrust.Everything(), null);
        echo("1.1.0").members("public void start() { throw new Error(\"no\"); }").to(folder.resolve("echo-1.1.0.jar"));
        Files.delete(old);

        PluginSet second = host.load(new PluginTrust.Everything(), first);

        assertThat(second.list()).containsExactly(new PluginStatus("echo-1.1.0.jar", "echo", "1.0.0", List.of("echo"),
                "not said", PluginStatus.State.KEPT, "its start() failed: Error: no"));
    }

    @Test
    void giveTheirPlaceToOthersThatBringTheSame() throws IOException {
        echo("1.0.0").to(folder.resolve("a.jar"));
        PluginSet first = host.load(new PluginTrust.Everything(), null);
        Files.writeString(folder.resolve("a.jar"), "");
        echo("2.0.0").to(folder.resolve("b.jar"));

        PluginSet second = host.load(new PluginTrust.Everything(), first);

        assertThat(second.list()).extracting(PluginStatus::state)
                .containsExactly(PluginStatus.State.REFUSED, PluginStatus.State.LOADED);
        assertThat(second.protocols()).containsOnlyKeys("echo");
    }

    @Test
    void leaveNothingBehindHoweverOftenTheyChange() throws IOException {
        PluginSet found = host.load(new PluginTrust.Everything(), null);
        for (int i = 0; i < 20; i++) {
            echo("1.0." + i).to(folder.resolve("echo.jar"));
            PluginSet next = host.load(new PluginTrust.Everything(), found);
            assertThat(next.list()).extracting(PluginStatus::state).containsExactly(PluginStatus.State.LOADED);
            found.close();
            found = next;
        }

        assertThat(copies()).isEqualTo(1);
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            System.gc();
            return host.departed().count() == 0;
        });
    }

    @Test
    void areReportedWithWhatHoldsThemInMemory() throws IOException {
        PluginJar.of("echo")
                .members("""
                        Thread left = new Thread(() -> {
                            try { synchronized (this) { wait(); } } catch (InterruptedException e) { }
                        }, "left-behind");
                        public void start() { left.setDaemon(true); left.start(); }
                        """)
                .to(folder.resolve("echo.jar"));
        PluginSet first = host.load(new PluginTrust.Everything(), null);
        Files.delete(folder.resolve("echo.jar"));
        PluginSet second = host.load(new PluginTrust.Everything(), first);
        assertThat(second.list()).isEmpty();
        first.close();
        long now = System.nanoTime();

        assertThat(host.departed().overdue(now)).isEmpty();
        assertThat(host.departed().overdue(now + Duration.ofMinutes(2).toNanos())).containsEntry("echo 1.0.0", "thread left-behind");
        assertThat(host.departed().overdue(now + Duration.ofMinutes(2).toNanos())).isEmpty();
        assertThat(host.departed().count()).isEqualTo(1);

        Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().equals("left-behind"))
                .forEach(Thread::interrupt);
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            System.gc();
            return host.departed().count() == 0;
        });
    }

    @Test
    void areSeenWhenTheyNoLongerChange() throws IOException {
        PluginSet first = host.load(new PluginTrust.Everything(), null);
        AtomicInteger changes = new AtomicInteger();
        FolderWatch watch = new FolderWatch(host, changes::incrementAndGet, () -> {});
        watch.look();
        assertThat(changes).hasValue(0);

        Path jar = echo("1.0.0").to(folder.resolve("echo.jar"));
        watch.look();
        Files.setLastModifiedTime(jar, FileTime.fromMillis(1));
        watch.look();
        assertThat(changes).hasValue(0);
        watch.look();
        assertThat(changes).hasValue(1);

        PluginSet second = host.load(new PluginTrust.Everything(), first);
        watch.look();
        watch.look();
        assertThat(changes).hasValue(1);
        assertThat(second.protocols()).containsOnlyKeys("echo");

        Files.delete(jar);
        watch.look();
        watch.look();
        assertThat(changes).hasValue(2);
    }
}
