package io.relaygate.plugins.dialers.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an HTTP proxy is asked, and what is made of its answers, wherever they are cut. */
class HttpConnectTest {

    private static ByteArrayInputStream read(String answer) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(answer.getBytes(StandardCharsets.ISO_8859_1));
        HttpConnect.readAnswer(in);
        return in;
    }

    @Test
    void asksForTheTargetAsItIsNamed() {
        assertThat(HttpConnect.request("db.example:1433")).asString(StandardCharsets.UTF_8)
                .isEqualTo("CONNECT db.example:1433 HTTP/1.1\r\nHost: db.example:1433\r\n\r\n");
        assertThat(HttpConnect.request("[::1]:443", "joe", "päss:1".toCharArray())).asString(StandardCharsets.UTF_8)
                .isEqualTo("CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]:443\r\nProxy-Authorization: Basic am9lOnDDpHNzOjE=\r\n\r\n");
    }

    @Test
    void leavesWhatTheTargetSays() throws IOException {
        assertThat(read("HTTP/1.1 200 Connection established\r\nVia: 1.1 proxy\r\n\r\nSSH-").readAllBytes()).asString(StandardCharsets.US_ASCII).isEqualTo("SSH-");
        assertThat(read("HTTP/1.0 200\n\n\r\n\r\n").readAllBytes()).hasSize(4);
        assertThat(read("HTTP/1.1 299 \r\n\r\n").readAllBytes()).isEmpty();
    }

    @Test
    void saysThatTheProxyHasClosedWhereverItsAnswerIsCut() {
        String answer = "HTTP/1.1 200 OK\r\nVia: a\r\n\r\n";
        for (int cut = 0; cut < answer.length(); cut++) {
            String part = answer.substring(0, cut);
            assertThatThrownBy(() -> read(part)).as(part).isInstanceOf(EOFException.class);
        }
    }

    @ParameterizedTest
    @CsvSource(value = {
        "HTTP/1.1 403 Filtered\\r\\n\\r\\n | it answers 403 Filtered", "HTTP/1.1 502\\r\\n\\r\\n | it answers 502",
        "HTTP/1.1 407 Proxy Authentication Required\\r\\n\\r\\n | it does not take the login, or wants one (`login:`): 407",
        "HTTP/1.1 401 Unauthorized\\r\\n\\r\\n | it does not take the login, or wants one (`login:`): 401",
        "HTTP/1.1 100 Continue\\r\\n\\r\\n | it answers 100 Continue", "HTTP/2 200\\r\\n | it does not speak HTTP",
        "SSH-2.0-x\\r\\n | it does not speak HTTP", "HTTP/1.1 2000\\r\\n | it does not speak HTTP", "\\n\\n | it does not speak HTTP",
    }, delimiter = '|')
    void saysWhatTheProxyRefuses(String answer, String message) {
        assertThatThrownBy(() -> read(answer.translateEscapes())).isInstanceOf(IOException.class).hasMessage(message);
    }

    @Test
    void readsNoEndlessAnswer() {
        assertThatThrownBy(() -> read("HTTP/1.1 200 OK\r\n" + "a: b\r\n".repeat(4000))).hasMessage("its answer has no end within 16384 bytes");
        assertThatThrownBy(() -> read("a".repeat(20_000))).hasMessage("its answer has no end within 16384 bytes");
    }

    @Test
    void takesNoNameThatCannotBeToldFromThePassword() {
        assertThatIllegalArgumentException().isThrownBy(() -> HttpConnect.requireName("a:b"));
        assertThatIllegalArgumentException().isThrownBy(() -> HttpConnect.requireName("a\nb"));
        HttpConnect.requireName("ä b");
    }
}
