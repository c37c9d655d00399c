package io.relaygate.plugins.tds;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientNetworkTest {

    /** A relay reports an address without a port. */
    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.1.2.3:5000, true",
        "10.0.0.0/8, 10.1.2.3, true",
        "10.0.0.0/8, 11.1.2.3:5000, false",
        "2001:db8::/32, [2001:db8::7]:5000, true",
        "2001:db8::/32, 2001:db8::7, true",
        "2001:db8::/32, 2001:db9::7, false",
        "10.1.2.3, 10.1.2.3:1, true",
        "10.0.0.0/8, [2001:db8::7]:5000, false",
        "0.0.0.0/0, nobody, false"
    })
    void knowsWhoComesFromIt(String network, String source, boolean has) {
        assertThat(ClientNetwork.parse(network).has(source)).isEqualTo(has);
    }
}
