package io.relaygate.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AddressesFileTest {

    @TempDir
    Path stateDir;

    @Test
    void keepsNamesAddressesAndTheirOrder() throws IOException {
        Map<String, String> addresses = new LinkedHashMap<>();
        addresses.put("relay", "127.0.0.1:9443");
        addresses.put("admin", "[::1]:9090");
        addresses.put("in", "unix:/run/\"x\".sock");
        AddressesFile.write(stateDir, Map.of("old", "127.0.0.1:1"));
        AddressesFile.write(stateDir, addresses);
        assertThat(AddressesFile.read(stateDir)).isEqualTo(addresses);
        assertThat(stateDir.resolve("addresses.json"))
                .hasContent("{\"relay\":\"127.0.0.1:9443\",\"admin\":\"[::1]:9090\",\"in\":\"unix:/run/\\\"x\\\".sock\"}");
    }

    @Test
    void leavesNoFileBesideIt() throws IOException {
        AddressesFile.write(stateDir, Map.of("in", "127.0.0.1:1"));
        try (Stream<Path> files = Files.list(stateDir)) {
            assertThat(files).containsExactly(stateDir.resolve("addresses.json"));
        }
        AddressesFile.remove(stateDir);
        assertThat(stateDir).isEmptyDirectory();
    }

    @Test
    void refusesWhatIsNoJsonObject() throws IOException {
        for (String text : new String[] {"", "[]", "{\"a\":", "nonsense"}) {
            Files.writeString(stateDir.resolve("addresses.json"), text);
            assertThatThrownBy(() -> AddressesFile.read(stateDir)).isInstanceOf(IOException.class);
        }
    }
}
