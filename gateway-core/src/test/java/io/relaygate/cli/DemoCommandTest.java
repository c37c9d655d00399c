package io.relaygate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaygate.observe.LogSettings;
import io.relaygate.observe.Logging;
import io.relaygate.plugin.PluginJar;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private Cli cli;

    @BeforeEach
    void prepares() throws IOException {
        Files.createDirectory(folder.resolve("plugins"));
        cli = new Cli(folder);
    }

    @AfterEach
    void restoresTheLog() {
        Logging.configure(new LogSettings(LogSettings.Format.TEXT, LogSettings.Level.WARN), System.err, false);
    }

    @Test
    void makesBothRoundTripsAndShowsTheirHops() throws IOException {
        plugin("session.forward(session.facts().to())");
        assertThat(cli.run("demo", "--once")).as(cli.err()).isZero();
        for (String name : new String[] {"web", "echo"}) {
            assertThat(cli.out())
                    .containsPattern("The " + name + " round trip, hop by hop:\n"
                            + " +0\\.00 ms +\\+0\\.00  client       connects to 127\\.0\\.0\\.1:\\d+\n"
                            + " .* edge         entry point " + name + ", .*\n"
                            + " .* site         entry point hub .*\n"
                            + " .* destination  127\\.0\\.0\\.1:\\d+ is connected to by the site\n"
                            + " .* destination  has read the request and answers\n"
                            + " .* client       has the answer and its end: ");
        }
        assertThat(cli.out()).contains("Both round trips succeeded.\n").doesNotContain("Ctrl-C");
        assertThat(cli.err()).isEmpty();
    }

    @Test
    void carriesALoadAndSaysHowMuchItWas() throws IOException {
        plugin("session.forward(session.facts().to())");
        assertThat(cli.run("demo", "--once", "--load", "1")).as(cli.err()).isZero();
        assertThat(cli.out()).containsPattern(
                "In 1 s: [1-9][\\d,]* connections, [1-9][\\d,]* small round trips and (?!0\\.0 )[\\d,]+\\.\\d MB there and back\\.\n");
    }

    @Test
    void refusesALoadOfNegativeLength() throws IOException {
        assertThat(cli.run("demo", "--load", "-1")).isEqualTo(2);
        assertThat(cli.err()).contains("--load is 0 or more seconds, not -1");
    }

    @Test
    void failsWhereNothingComesBack() throws IOException {
        plugin("session.note(\"forwarded\", \"no\")");
        assertThat(cli.run("demo", "--once")).isEqualTo(1);
        assertThat(cli.out())
                .contains("The web round trip FAILED: ")
                .contains("The echo round trip FAILED: ")
                .contains("A round trip failed.");
        assertThat(cli.err()).contains("session ended");
    }

    @Test
    void staysUntilItIsInterrupted() throws Exception {
        plugin("session.forward(session.facts().to())");
        AtomicInteger code = new AtomicInteger(-1);
        Thread running = Thread.ofPlatform().start(() -> code.set(cli.run("demo")));
        await().atMost(LIMIT).until(() -> cli.out().contains("Ctrl-C ends it.") || code.get() >= 0);
        Matcher page = Pattern.compile("curl (http://\\S+/)\n").matcher(cli.out());
        assertThat(page.find()).as(cli.out()).isTrue();
        try (InputStream in = URI.create(page.group(1)).toURL().openStream()) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).contains("It works");
        }
        Matcher log = Pattern.compile("tail -f (\\S+)\n").matcher(cli.out());
        assertThat(log.find()).isTrue();
        assertThat(Path.of(log.group(1))).exists();
        cli.signals.send(Signals.Event.INT);
        running.join();
        assertThat(code).hasValue(0);
        assertThat(Path.of(log.group(1)).getParent()).doesNotExist();
    }

    @Test
    void saysThatAPluginIsMissing() {
        assertThat(cli.run("demo", "--once")).isEqualTo(78);
        assertThat(cli.err()).contains("no plugin brings 'tcp'").doesNotContain("\tat ");
    }

    /** A plugin for the protocol {@code tcp} whose handler does this. */
    private void plugin(String handler) throws IOException {
        PluginJar.of("tcp", handler).to(folder.resolve("plugins/tcp.jar"));
    }
}
