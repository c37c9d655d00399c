package io.relaygate.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.observe.LogSettings.Format;
import io.relaygate.observe.LogSettings.Level;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LoggingTest {

    private static final Logger LOG = LoggerFactory.getLogger("io.relaygate.relay.Example");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @BeforeEach
    void configuresJson() {
        configure(Format.JSON, Level.INFO);
    }

    @AfterEach
    void restores() {
        Logging.configure(new LogSettings(Format.TEXT, Level.WARN), System.err, false);
    }

    @Test
    void writesOneJsonObjectOnALine() {
        LOG.atInfo().addKeyValue("namespace", "weu").addKeyValue("channels", 2).addKeyValue("ok", true).log("up");
        assertThat(written())
                .matches("\\{\"ts\":\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z\",\"level\":\"INFO\","
                        + "\"logger\":\"io.relaygate.relay.Example\",\"msg\":\"up\",\"namespace\":\"weu\",\"channels\":2,"
                        + "\"ok\":true}\n");
    }

    @Test
    void losesNothingWhileItIsSetUpAgain() throws InterruptedException {
        Thread telling = Thread.ofVirtual().start(() -> {
            for (int i = 0; i < 2_000; i++) {
                LOG.info("told {};", i);
            }
        });
        while (telling.isAlive()) {
            configure(Format.JSON, Level.INFO);
        }
        telling.join();
        String all = written();
        assertThat(IntStream.range(0, 2_000).filter(i -> !all.contains("told " + i + ";")).boxed()).isEmpty();
    }

    @Test
    void writesTextForATerminal() {
        Logging.configure(new LogSettings(Format.AUTO, Level.INFO), out, true);
        LOG.atInfo().addKeyValue("namespace", "weu").addKeyValue("state", "401 wrong \"key\"").log("down");
        assertThat(written())
                .matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{3} INFO  Example: down namespace=weu state=\"401 wrong \\\\\"key\\\\\"\"\n");
    }

    @Test
    void writesListsAsLists() {
        LOG.atInfo().addKeyValue("protocols", List.of("tcp", "a\nb")).log("loaded");
        assertThat(written()).contains("\"protocols\":[\"tcp\",\"a\\nb\"]}");
        out.reset();
        configure(Format.TEXT, Level.INFO);
        LOG.atInfo().addKeyValue("protocols", List.of("tcp", "a\nb")).log("loaded");
        assertThat(written()).contains("loaded protocols=tcp,a\\nb\n");
    }

    @Test
    void letsTheProcessWatch() {
        List<LogEvent> seen = new ArrayList<>();
        Logging.watch(seen::add);
        LOG.atInfo().addKeyValue("namespace", "weu").log("up");
        LOG.debug("not this");
        configure(Format.JSON, Level.INFO);
        LOG.info("nor this");
        assertThat(seen).singleElement().satisfies(event -> {
            assertThat(event.logger()).isEqualTo("io.relaygate.relay.Example");
            assertThat(event.message()).isEqualTo("up");
            assertThat(event.values()).isEqualTo(Map.of("namespace", "weu"));
        });
    }

    @Test
    void writesJsonWhereNobodyWatches() {
        Logging.configure(new LogSettings(Format.AUTO, Level.INFO), out, false);
        LOG.info("up");
        assertThat(written()).startsWith("{\"ts\"");
    }

    @Test
    void letsNoControlCharacterThrough() {
        String nasty = "a\r\nb\u001b[2Jc\u0085d\u2028e\u202ef\ud800g\"\\";
        LOG.atInfo().addKeyValue("client", nasty).log("said {}", nasty);
        assertThat(written()).contains("a\\r\\nb\\u001b[2Jc\\u0085d\\u2028e\\u202ef\\ud800g\\\"\\\\");
        assertThat(written().chars().filter(c -> c < ' ')).containsExactly((int) '\n');
        out.reset();
        configure(Format.TEXT, Level.INFO);
        LOG.atInfo().addKeyValue("client\n", nasty).log("said {}", nasty);
        assertThat(written().chars().filter(c -> c < ' ' || c == 0x85 || c == 0x2028 || c == 0x202e))
                .containsExactly((int) '\n');
    }

    @Test
    void keepsTextOfOtherLanguages() {
        LOG.atInfo().addKeyValue("name", "Blåbær 東京 😀").log("up");
        assertThat(written()).contains("\"name\":\"Blåbær 東京 😀\"");
    }

    @Test
    void capsValuesAndArguments() {
        LOG.atInfo().addKeyValue("client", "x".repeat(300)).log("said {}", "y".repeat(300));
        assertThat(written())
                .contains("\"" + "x".repeat(256) + "…\"")
                .contains("said " + "y".repeat(256) + "…\"")
                .doesNotContain("x".repeat(257));
    }

    @Test
    void neverCutsAPairOfSurrogates() {
        LOG.atInfo().addKeyValue("client", "x".repeat(255) + "😀😀").log("said");
        assertThat(written()).contains("x".repeat(255) + "…");
    }

    @Test
    void tellsTheReasonAndItsCauseWithoutAStackBelowError() {
        LOG.atWarn().setCause(new IOException("lost", new IllegalStateException("reset\n"))).log("gone");
        assertThat(written())
                .contains("\"error\":\"IOException: lost; IllegalStateException: reset\\n\"")
                .doesNotContain("stack")
                .doesNotContain("LoggingTest");
    }

    @Test
    void writesTheStackOnceAtError() {
        LOG.atError().setCause(new IllegalStateException("defect")).log("broken");
        assertThat(written()).contains("\"stack\":\"java.lang.IllegalStateException: defect\\n\\tat io.relaygate");
        out.reset();
        configure(Format.TEXT, Level.INFO);
        LOG.atError().setCause(new IllegalStateException("defect")).log("broken");
        assertThat(written().lines().skip(1)).isNotEmpty().allMatch(frame -> frame.startsWith("    "));
    }

    @Test
    void silencesTalkativeLibraries() {
        LoggerFactory.getLogger("org.pf4j.x").info("chatter");
        LoggerFactory.getLogger("io.undertow").info("chatter");
        LoggerFactory.getLogger("org.xnio").warn("trouble");
        assertThat(written()).doesNotContain("chatter").contains("trouble");
    }

    @Test
    void writesTheAuditLineWithEveryWordWhateverTheLevel() {
        configure(Format.JSON, Level.ERROR);
        record(new SessionEnd("0af7651916cd43dd8448eb211c80319c", "sql", "orders", "tcp",
                        new Caller("alice", "certificate", Set.of("ops", "dba")), "contoso", "oslo/orders", "weu",
                        "oslo", "192.0.2.7:51312", 10, 2000, Instant.parse("2026-03-04T05:06:07.000008Z"), Duration.ofMillis(1500), Ending.PEER_LOST, null,
                        "connection reset", Map.of("tds.database", "Orders")));
        LOG.warn("not this");
        assertThat(written())
                .contains("\"logger\":\"relaygate.audit\",\"msg\":\"session ended\","
                        + "\"session\":\"0af7651916cd43dd8448eb211c80319c\",\"entryPoint\":\"sql\",\"route\":\"orders\","
                        + "\"protocol\":\"tcp\",\"caller\":\"alice\",\"proof\":\"certificate\",\"groups\":[\"dba\",\"ops\"],\"sender\":\"contoso\",\"destination\":\"oslo/orders\",\"relay\":\"weu\","
                        + "\"site\":\"oslo\",\"source\":\"192.0.2.7:51312\",\"bytesUp\":10,\"bytesDown\":2000,"
                        + "\"started\":\"2026-03-04T05:06:07.000008Z\",\"durationMs\":1500.000,\"ending\":\"PEER_LOST\",\"detail\":\"connection reset\","
                        + "\"notes\":{\"tds.database\":\"Orders\"}}")
                .hasLineCount(1);
    }

    @Test
    void leavesOutWhatTheAuditLineDoesNotKnow() {
        configure(Format.TEXT, Level.INFO);
        record(new SessionEnd("0af7651916cd43dd8448eb211c80319c", "sql", null, null, null, null, null, null, null, "unix", 0, 0,
                        Instant.EPOCH, Duration.ZERO, Ending.REFUSED, Reason.NOT_FOUND, "no route", Map.of()));
        assertThat(written())
                .contains("INFO  audit: session ended session=0af7651916cd43dd8448eb211c80319c entryPoint=sql source=unix "
                        + "bytesUp=0 bytesDown=0 started=1970-01-01T00:00:00Z durationMs=0.000 ending=REFUSED reason=NOT_FOUND detail=\"no route\"");
    }

    private static void record(AuditRecord what) {
        AuditTrail.of(null, InstantSource.system(), new Metrics()).record(what);
    }

    private void configure(Format format, Level level) {
        Logging.configure(new LogSettings(format, level), out, false);
    }

    private String written() {
        return out.toString(StandardCharsets.UTF_8);
    }
}
