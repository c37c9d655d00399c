package io.relaygate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.observe.LogSettings;
import io.relaygate.observe.Logging;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RelayProbeCommandTest {

    @TempDir
    Path folder;

    private Cli cli;

    @BeforeEach
    void prepares() {
        cli = new Cli(folder);
        // Nobody is there.
        cli.environment.put("PROBE", "Endpoint=sb://127.0.0.1:1/;SharedAccessKeyName=a;SharedAccessKey=c2VjcmV0;EntityPath=probe");
    }

    @AfterEach
    void resetsTheLog() {
        Logging.configure(new LogSettings(LogSettings.Format.TEXT, LogSettings.Level.WARN), System.err, false);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "2 | relay probe                                                              | no connection string: give --connection-string-file FILE",
        "2 | relay probe -x Endpoint=sb://x/;SharedAccessKeyName=a;SharedAccessKey=b  | no hybrid connection: the connection string has no EntityPath",
        "1 | relay probe -x Endpoint=sb://x/;Shared=b                                 | connectionString: part 2 has an unknown key",
        "1 | relay probe -x Endpoint=sb://x/;SharedAccessKeyName=a;SharedAccessKey=b --hybrid-connection /a | ",
        "1 | relay probe --connection-string-env PROBE                                | connect to ",
        "2 | relay probe --connection-string-env PROBE --also reject                  | --also reject: the questions that take long are cadence, expiry-grace, idle",
    })
    void saysInOneLineWhatIsWrong(int code, String arguments, String message) {
        assertThat(cli.run(arguments.split(" "))).isEqualTo(code);
        assertThat(cli.err()).startsWith("relaygate: " + (message == null ? "" : message)).doesNotContain("\tat ").hasLineCount(1);
    }

    @Test
    void printsThePlanAndConnectsToNobody() {
        assertThat(cli.run("relay", "probe", "--dry-run")).isZero();
        assertThat(cli.out()).contains("no-token ", "(reaches nobody); expected: 401", "half-close ", "(reaches ourselves)", "cadence ", "(reaches ourselves, takes up to 8 minutes: --long)", "recycling ", "takes 25 hours: --also recycling)");
        assertThat(cli.err()).isEmpty();
    }
}
