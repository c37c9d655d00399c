package io.relaygate.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class MachineTest {

    @Test
    void readsCpuTimePastAProgramNameWithBracketsAndBlanks() {
        String stat = "42 (a) b (c)) S 1 2 3 4 5 6 7 8 9 10 250 150 7 8 20 0 1 0 100 5000 300 0 0";

        assertThat(ProcFs.cpuSeconds(stat)).isEqualTo(4.0);
    }

    @Test
    void readsItsOwnFigures() throws IOException {
        long pid = ProcessHandle.current().pid();

        assertThat(ProcFs.cpuSeconds(pid)).isPositive();
        assertThat(ProcFs.residentBytes(pid)).isGreaterThan(10_000_000);
        assertThat(ProcFs.isJava(pid)).isTrue();
    }

    @Test
    void namesTheCpuWithoutItsModelNumber() {
        assertThat(Machine.cpu("processor\t: 0\nmodel name\t: AMD EPYC 9999X 64-Core Processor\n")).isEqualTo("AMD EPYC");
        assertThat(Machine.cpu("model name\t: Intel(R) Xeon(R) CPU @ 2.20GHz\n")).isEqualTo("Intel(R) Xeon(R) CPU");
    }
}
