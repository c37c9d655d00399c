package io.relaygate.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {

    @ParameterizedTest
    @CsvSource({
        "listen,listen", "listn,listen", "lisstens,listen", "lsiten,listen", "LISTEN,listen", "tpc,tcp", "too,to",
        "hybridconection,hybridConnection", "entry_points,entryPoints"
    })
    void findsWhatWasMeant(String written, String meant) {
        assertThat(Nearest.of(written, List.of("to", "tcp", "hybridConnection", "entryPoints", "listen"))).isEqualTo(meant);
    }

    @ParameterizedTest
    @CsvSource({"xx,to", "li,listen", "''  ,to", "abc,to", "listenlisten,listen"})
    void findsNothingThatIsFar(String written, String name) {
        assertThat(Nearest.of(written, List.of(name))).isNull();
    }

    @Test
    void prefersTheNearer() {
        assertThat(Nearest.hint("orders1", List.of("orders", "orders12", "orders11x"))).isEqualTo("; did you mean 'orders'?");
        assertThat(Nearest.hint("zzz", List.of("orders"))).isEmpty();
    }
}
