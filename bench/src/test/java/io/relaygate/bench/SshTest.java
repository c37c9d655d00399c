package io.relaygate.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The workload of SSH against the server alone; no figure is judged. */
class SshTest {

    private final PrintStream nowhere = new PrintStream(new ByteArrayOutputStream());

    @Test
    void measuresLoginsAndCopiesEachWay(@TempDir Path folder) throws Exception {
        OpenSsh programs;
        try {
            programs = Programs.openSsh();
        } catch (Refusal missing) {
            Assumptions.abort(missing.toString());
            return;
        }
        Setup direct = new Direct();
        try (SshServer server = FreePorts.start(() -> SshServer.start(programs, folder))) {
            Results results = Ssh.of(List.of("--rounds", "1", "--size", "1", "--logins", "1")).measure(List.of(direct), server, programs, folder, nowhere);

            assertThat(results.metrics()).hasSize(8).filteredOn(metric -> !metric.name().contains("CPU"))
                    .allSatisfy(metric -> assertThat(results.value(metric, direct).least()).isPositive());
        }
    }

    @Test
    void refusesWhatItCannotDo() {
        assertThatThrownBy(() -> Ssh.of(List.of("--size", "1.5"))).isInstanceOf(Refusal.class).hasMessageContaining("--size wants a whole number");
        assertThatThrownBy(() -> Ssh.of(List.of()).run(null, nowhere, nowhere)).isInstanceOf(Refusal.class).hasMessageContaining("bench/ssh");
    }
}
