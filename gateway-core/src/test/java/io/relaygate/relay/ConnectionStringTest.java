package io.relaygate.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionStringTest {

    private static final String SAS = "SharedAccessSignature sr=a&sig=b&se=1&skn=d";

    private static ConnectionString parse(String text) {
        return ConnectionString.parse(text.toCharArray());
    }

    @Test
    void readsWhatAzurePrintsForANamespace() {
        ConnectionString read = parse("Endpoint=sb://Contoso.servicebus.windows.net/;"
                + "SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=abc/+=def=\n");
        assertThat(read.endpoint().host()).isEqualTo("contoso.servicebus.windows.net");
        assertThat(read.endpoint().port()).isEqualTo(443);
        assertThat(read.keyName()).isEqualTo("RootManageSharedAccessKey");
        assertThat(String.valueOf(read.key())).isEqualTo("abc/+=def=");
        char[] key = read.key();
        read.close();
        assertThat(key).as("wiped").containsOnly('\0');
        assertThat(read.entityPath()).isNull();
    }

    @Test
    void readsWhatAzurePrintsForAHybridConnection() {
        ConnectionString read = parse("endpoint=sb://localhost:9443;sharedaccesskeyname=k;"
                + "SHAREDACCESSKEY=s;EntityPath=a/b;OperationTimeout=00:01:00;");
        assertThat(read.endpoint().authority()).isEqualTo("localhost:9443");
        assertThat(read.entityPath()).isEqualTo("a/b");
    }

    @Test
    void readsAReadyMadeToken() {
        assertThat(parse("Endpoint=sb://ns/;SharedAccessSignature=" + SAS).signature())
                .isEqualTo(SAS);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "SharedAccessKeyName=k;SharedAccessKey=topsecret | Endpoint is missing",
        "Endpoint=https://ns/;SharedAccessKeyName=k;SharedAccessKey=topsecret | Endpoint: an endpoint is sb://HOST/",
        "Endpoint=sb://ns/path;SharedAccessKeyName=k;SharedAccessKey=topsecret | Endpoint: an endpoint is sb://HOST/",
        "Endpoint=sb://ns:0/;SharedAccessKeyName=k;SharedAccessKey=topsecret | Endpoint: the port",
        "Endpoint=sb://ns/;SharedAccessKey=topsecret | SharedAccessKey needs SharedAccessKeyName",
        "Endpoint=sb://ns/;SharedAccessKeyName=k | SharedAccessKeyName needs SharedAccessKey",
        "Endpoint=sb://ns/ | SharedAccessKeyName and SharedAccessKey are missing",
        "Endpoint=sb://ns/;SharedAccessKeyName=k;SharedAccessKey= | SharedAccessKey is empty",
        "Endpoint=sb://ns/;Endpoint=sb://ns/ | Endpoint stands twice",
        "Endpoint=sb://ns/;topsecret | part 2 is not key=value",
        "Endpoint=sb://ns/;topsecret=1 | part 2 has an unknown key",
        "Endpoint=sb://ns/;SharedAccessSignature=topsecret | SharedAccessSignature: a token begins with",
        "Endpoint=sb://ns/;EntityPath=/x;SharedAccessKeyName=k;SharedAccessKey=topsecret | EntityPath: the path",
        "Endpoint=sb://ns/;Authentication=Managed Identity | Authentication: an identity is not written here"
    })
    void namesTheKeyThatIsWrongAndNoValue(String text, String message) {
        assertThatThrownBy(() -> parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message)
                .message()
                .doesNotContain("topsecret");
    }

    @Test
    void neverShowsTheKey() {
        assertThat(parse("Endpoint=sb://ns/;SharedAccessKeyName=k;SharedAccessKey=topsecret")
                        .toString())
                .isEqualTo("connection string of sb://ns/");
    }

    @Test
    void everyCutIsReadOrRefused() {
        String text = "Endpoint=sb://[::1]:9443/;EntityPath=hc;SharedAccessKeyName=k;SharedAccessKey=topsecret=;";
        for (int cut = 0; cut < text.length(); cut++) {
            try {
                parse(text.substring(0, cut));
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).isNotBlank().doesNotContain("topsecret");
            }
        }
        assertThat(parse(text).endpoint().authority()).isEqualTo("[::1]:9443");
    }
}
