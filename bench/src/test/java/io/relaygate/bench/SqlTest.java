package io.relaygate.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The workloads of SQL Server against the server alone; no figure is judged. */
class SqlTest {

    private final PrintStream nowhere = new PrintStream(new ByteArrayOutputStream());

    @Test
    void measuresLoginsBatchesAndResultsWithTlsAndWithout(@TempDir Path folder) throws Exception {
        Setup direct = new Direct();

        Results results = Sql.of(List.of("--rounds", "1", "--results", "1", "--batches", "5")).measure(List.of(direct), folder, nowhere);

        assertThat(results.metrics()).hasSize(2 + 5 + 6);
        assertThat(results.metrics().stream().filter(metric -> metric.name().matches(".*(p50|p99|MB/s).*"))).hasSize(6)
                .allSatisfy(metric -> assertThat(results.value(metric, direct).least()).isPositive());
    }

    @Test
    void findsThatNobodyAnswersYet() throws Exception {
        InetSocketAddress nobody;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = (InetSocketAddress) closed.getLocalSocketAddress();
        }

        assertThat(SqlClient.answers(nobody)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "--rounds 0, --rounds wants a whole number",
        "--results 1.5, --results wants a whole number",
        "--batches, --batches lacks its value",
        "--logins 3, there is no option '--logins'",
    })
    void refusesWhatItCannotDo(String words, String message) {
        assertThatThrownBy(() -> Sql.of(List.of(words.split(" ", -1)))).isInstanceOf(Refusal.class).hasMessageContaining(message);
    }

    @Test
    void saysHowItIsStartedWhereThereIsNoDistribution() {
        assertThatThrownBy(() -> Sql.of(List.of()).run(null, nowhere, nowhere)).isInstanceOf(Refusal.class).hasMessageContaining("bench/sql");
    }
}
