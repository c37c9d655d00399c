package io.relaygate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.relaygate.config.ConfigException;
import io.relaygate.config.Problem;
import io.relaygate.net.GatewayKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that every account of the machine can read or write, and should not. */
class InsecureFilesTest {

    private static final String YAML = """
            stateDir: state
            namespaces: { weu: { endpoint: "sb://x.example.com/", credential: { sasKeyName: a, sasKey: "${file:send.key}" } } }
            sites: { oslo: { namespaces: [weu], hybridConnection: h, services: [s] } }
            entryPoints:
              in: { listen: "127.0.0.1:0", tls: { certificates: [ { certificate: both.pem, key: both.pem } ], clients: { caFile: ca.pem } } }
            routes: [ { name: r, from: in, to: oslo/s, open: true } ]
            """;

    @TempDir
    private Path folder;

    @BeforeEach
    void writes() throws IOException {
        rights(folder, "rwxr-xr-x");
        Files.writeString(folder.resolve("send.key"), "hunter2");
        GatewayKey.make(folder.resolve("both.pem"));
        Files.copy(folder.resolve("both.pem"), folder.resolve("ca.pem"));
        String pem = Files.readString(folder.resolve("ca.pem"));
        Files.writeString(folder.resolve("ca.pem"), pem.substring(pem.indexOf("-----BEGIN CERTIFICATE")));
        rights(folder.resolve("send.key"), "rw-r-----");
        rights(folder.resolve("ca.pem"), "rw-r--r--");
    }

    private static void rights(Path file, String rights) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(rights));
    }

    private List<String> problems(String more) throws IOException {
        Files.writeString(folder.resolve("gateway.yaml"), YAML + more);
        try {
            GatewayConfig.load(folder.resolve("gateway.yaml"), TestProtocol.all());
            return List.of();
        } catch (ConfigException e) {
            return e.problems().stream().map(Problem::toString).map(each -> each.replace(folder + "/", "")).toList();
        }
    }

    @Test
    void areNoneWhereOnlyTheOwnerAndItsGroupCanReadKeys() throws IOException {
        assertThat(problems("")).isEmpty();
    }

    @Test
    void ofSecretsAndPrivateKeysAreProblemsWithWhatToDo() throws IOException {
        rights(folder.resolve("send.key"), "rw-r--r--");
        rights(folder.resolve("both.pem"), "rw----r--");
        assertThat(problems("")).containsExactly(
                "gateway.yaml:2:92: namespaces.weu.credential.sasKey: every account of this machine can read send.key; `chmod 600 send.key`",
                "gateway.yaml:5:70: entryPoints.in.tls.certificates[0].certificate: every account of this machine can read both.pem; `chmod 600 both.pem`",
                "gateway.yaml:5:85: entryPoints.in.tls.certificates[0].key: every account of this machine can read both.pem; `chmod 600 both.pem`");
    }

    @Test
    void ofPasswordsAreProblemsToo() throws IOException {
        Path users = folder.resolve("users.passwd");
        Files.writeString(users, "alice:pbkdf2-sha256:600000:MDEyMzQ1Njc4OWFiY2RlZg==:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=:ops\n");
        rights(users, "rw-r-----");
        String providers = "identityProviders: { staff: { passwords: { file: users.passwd } } }\n";
        assertThat(problems(providers)).noneMatch(each -> each.contains("every account"));
        rights(users, "rw-r--r--");
        assertThat(problems(providers)).anyMatch(each -> each.contains(
                "identityProviders.staff.passwords.file: every account of this machine can read users.passwd; `chmod 600 users.passwd`"));
    }

    @Test
    void areOutOfReachInAFolderThatOthersCannotEnter() throws IOException {
        rights(folder.resolve("send.key"), "rw-rw-rw-");
        rights(folder, "rwxr-x---");
        assertThat(problems("")).isEmpty();
    }

    @Test
    void areReadThroughALinkToo() throws IOException {
        Files.move(folder.resolve("send.key"), folder.resolve("moved"));
        Files.createSymbolicLink(folder.resolve("send.key"), folder.resolve("moved"));
        assertThat(problems("")).isEmpty();
        rights(folder.resolve("moved"), "rw-r--r--");
        assertThat(problems("")).hasSize(1);
    }

    @Test
    void areUsedWhereTheConfigurationSaysSo() throws IOException {
        rights(folder.resolve("send.key"), "rw-r--r--");
        assertThat(problems("insecureFiles: allow\n")).isEmpty();
        assertThat(problems("insecureFiles: refuse\n")).hasSize(1);
    }

    @Test
    void ofPluginsAreRefusedBeforeAnyIsLoaded() throws IOException, ConfigException {
        Path file = folder.resolve("gateway.yaml");
        Files.writeString(file, YAML);
        Path plugins = Files.createDirectory(folder.resolve("plugins"));
        Path jar = Files.writeString(plugins.resolve("a.jar"), "");
        rights(plugins, "rwxr-xr-x");
        rights(jar, "rw-r--r--");
        Preview.of(file).guard(file, plugins);

        rights(jar, "rw-rw-rw-");
        assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> Preview.of(file).guard(file, plugins))
                .withMessage(file + ":1:1: plugins: every account of this machine can write " + jar + "; `chmod o-w " + jar + "`");
        rights(plugins, "rwxrwxrwx");
        assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> Preview.of(file).guard(file, plugins))
                .withMessageContaining("can write " + plugins + ";");
        Files.writeString(file, YAML + "insecureFiles: allow\n");
        assertThatCode(() -> Preview.of(file).guard(file, plugins)).doesNotThrowAnyException();
    }
}
