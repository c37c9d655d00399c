package io.relaygate.plugins.dialers.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.relaygate.sdk.HostPort;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said to a SOCKS proxy, byte by byte, and what is made of its answers, wherever they are cut. */
class Socks5Test {

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    private ByteArrayInputStream talk(String answers, HostPort target, boolean login) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(HexFormat.of().parseHex(answers.replace(" ", "")));
        Socks5 talk = new Socks5(in, said);
        if (talk.greet(login)) {
            talk.logIn(Socks5.login("joe".getBytes(StandardCharsets.UTF_8), "päss".toCharArray()));
        }
        talk.connect(target.host(), target.port());
        return in;
    }

    private String said() {
        return HexFormat.ofDelimiter(" ").formatHex(said.toByteArray());
    }

    @ParameterizedTest
    @CsvSource({
        "db.example:1433, 05 01 00 05 01 00 03 0a 64 62 2e 65 78 61 6d 70 6c 65 05 99",
        "10.1.2.3:22, 05 01 00 05 01 00 01 0a 01 02 03 00 16",
        "'[2001:db8::1]:443', 05 01 00 05 01 00 04 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01 01 bb",
    })
    void asksForANameOrAnAddressAndLeavesWhatTheTargetSays(HostPort target, String expected) throws IOException {
        for (String bound : new String[] {"01 7f000001 0438", "04 00000000000000000000000000000001 0438", "03 02 6869 0438"}) {
            said.reset();
            assertThat(talk("0500 050000 " + bound + " 5353482d", target, false).readAllBytes()).asString(StandardCharsets.US_ASCII).isEqualTo("SSH-");
            assertThat(said()).isEqualTo(expected);
        }
    }

    @Test
    void logsInWhereTheProxyWantsIt() throws IOException {
        talk("0502 0100 0500000100000000 0000", new HostPort("10.1.2.3", 22), true);
        assertThat(said()).isEqualTo("05 02 00 02 01 03 6a 6f 65 05 70 c3 a4 73 73 05 01 00 01 0a 01 02 03 00 16");
        said.reset();
        talk("0500 0500000100000000 0000", new HostPort("10.1.2.3", 22), true);
        assertThat(said()).isEqualTo("05 02 00 02 05 01 00 01 0a 01 02 03 00 16");
    }

    @Test
    void saysThatTheProxyHasClosedWhereverItsAnswersAreCut() throws IOException {
        String answers = "0502010005000003026869" + "0438";
        for (int cut = 0; cut < answers.length(); cut += 2) {
            String part = answers.substring(0, cut);
            assertThatThrownBy(() -> talk(part, new HostPort("db", 1), true)).as(part)
                    .isInstanceOf(EOFException.class).hasMessage("it has closed the connection");
        }
        talk(answers, new HostPort("db", 1), true);
    }

    @ParameterizedTest
    @CsvSource({
        "0400, false, it does not speak SOCKS 5", "485454502f, false, it does not speak SOCKS 5",
        "05ff, false, it wants a login (`login:`)", "05ff, true, it takes no login by name and password",
        "0502, false, it has chosen a way to log in that nobody offered: 2", "0501, true, it has chosen a way to log in that nobody offered: 1",
        "05020101, true, it does not take the login", "05020200, true, it does not speak SOCKS 5",
        "0500 0505, false, it was refused the connection", "0500 0502, false, it does not allow it",
        "0500 0504, false, it cannot reach the host", "0500 0599, false, it refuses with 153",
        "0500 05000002, false, it answers with an address of no known kind", "0500 0400, false, it does not speak SOCKS 5",
    })
    void saysWhatTheProxyRefuses(String answers, boolean login, String message) {
        assertThatThrownBy(() -> talk(answers, new HostPort("db", 1), login)).isInstanceOf(IOException.class).hasMessage(message);
    }

    @Test
    void takesNoNameThatDoesNotFit() {
        assertThatIllegalArgumentException().isThrownBy(() -> Socks5.requireName("ä".repeat(128)));
        assertThatIllegalArgumentException().isThrownBy(() -> Socks5.requireName(""));
        Socks5.requireName("ä".repeat(127));
        assertThatThrownBy(() -> talk("0500", new HostPort("a".repeat(256), 1), false)).hasMessage("it could not be told a name of 256 bytes");
    }
}
