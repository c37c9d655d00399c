package io.relaygate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Real programs talk to real servers through edge, relay and site. */
@ExtendWith(NothingLeftBehind.class)
class RealProgramsIT {

    private static final long LARGE = 256L << 20;

    private static Postgres postgres;
    private static Sshd sshd;
    private static HttpFiles files;
    private static ThreeProcesses gateways;

    @BeforeAll
    static void start() {
        Postgres.require();
        Sshd.require();
        Interop.require("curl");
        postgres = Postgres.start();
        sshd = Sshd.start();
        files = HttpFiles.start();
        gateways = ThreeProcesses.start("real-programs", Map.of(
                "sql", "127.0.0.1:" + postgres.port(), "ssh", "127.0.0.1:" + sshd.port(), "web", files.address()));
    }

    @AfterAll
    static void stop() {
        Closing.all(gateways, files, sshd, postgres);
    }

    @Test
    void psqlReadsAndWrites() {
        int port = gateways.port("sql");
        Postgres.psql(port, "create table notes (id int primary key, text text)").orFail();
        Postgres.psql(port, "insert into notes select i, repeat('x', 100) || i from generate_series(1, 20000) i")
                .orFail();
        assertThat(Postgres.psql(port, "select count(*), sum(length(text)) from notes").orFail().out())
                .isEqualTo("20000|2088894\n");
        assertThat(Postgres.psql(port, "select text from notes order by id").orFail().out()).hasLineCount(20000);
    }

    @Test
    void pgbenchRunsTwentyClients() {
        int port = gateways.port("sql");
        Postgres.pgbench(port, "-i", "-q").orFail();
        String said = Postgres.pgbench(port, "-c", "20", "-j", "2", "-t", "50").orFail().out();
        assertThat(said)
                .contains("number of transactions actually processed: 1000/1000")
                .contains("number of failed transactions: 0");
    }

    @Test
    void pgbenchConnectsAnewForEveryTransaction() {
        int port = gateways.port("sql");
        String said = Postgres.pgbench(port, "-n", "-C", "-c", "4", "-t", "25", "-f", selectOne()).orFail().out();
        assertThat(said).contains("number of transactions actually processed: 100/100");
    }

    private static String selectOne() {
        return Folders.write(Folders.WORK.resolve("select.sql"), "select 1;\n").toString();
    }

    @Test
    void sshRunsCommands() {
        Programs.Ended ended = sshd.ssh(gateways.port("ssh"), "echo out; echo err >&2; exit 5");
        assertThat(ended.out()).isEqualTo("out\n");
        assertThat(ended.err()).contains("err\n");
        assertThat(ended.code()).isEqualTo(5);
    }

    @Test
    void scpCopiesBothWays() throws IOException {
        Path folder = Folders.fresh("scp");
        byte[] bytes = new byte[20 << 20];
        new Random(3).nextBytes(bytes);
        Path from = Files.write(folder.resolve("from"), bytes);
        sshd.copyTo(gateways.port("ssh"), from, sshd.there("copy")).orFail();
        sshd.copyFrom(gateways.port("ssh"), sshd.there("copy"), folder.resolve("back")).orFail();
        assertThat(sshd.there("copy")).hasSameBinaryContentAs(from);
        assertThat(folder.resolve("back")).hasSameBinaryContentAs(from);
    }

    @Test
    void curlCarriesAQuarterOfAGibibyteBothWays() {
        Path folder = Folders.fresh("curl");
        String digest = files.digest(LARGE);
        String url = "http://127.0.0.1:" + gateways.port("web");
        try {
            Programs curl = Programs.in(folder).within(Duration.ofMinutes(3));
            curl.bash("curl -fsS -o file \"$1\"", url + "/" + LARGE).orFail();
            assertThat(curl.bash("sha256sum <file").orFail().out()).isEqualTo(digest + "  -\n");
            assertThat(curl.bash("curl -fsS -T file \"$1/\"", url).orFail().out()).isEqualTo(digest);
        } finally {
            Folders.delete(folder);
        }
    }
}
