package io.relaygate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.access.identity.PasswordFile;
import io.relaygate.access.identity.PasswordLine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PasswdCommandTest {

    @TempDir
    private Path folder;

    private PasswordLine line(String name) throws Exception {
        return Objects.requireNonNull(PasswordFile.read(folder.resolve("users")).line(name));
    }

    @Test
    void addsChangesAndDeletes() throws Exception {
        Cli cli = new Cli(folder).input("café au lait\r\n");
        assertThat(cli.run("passwd", "users", "alice", "--groups", "ops, dba")).as(cli.err()).isZero();
        assertThat(cli.out()).isEqualTo("users: alice added\n");
        assertThat(line("alice").groups()).containsExactlyInAnyOrder("ops", "dba");
        assertThat(line("alice").iterations()).isEqualTo(600_000);
        assertThat(new Cli(folder).input("second").run("passwd", "users", "bob")).isZero();
        PasswordLine before = line("alice");
        assertThat(new Cli(folder).run("passwd", "users", "alice", "--groups", "ops", "--keep")).isZero();
        assertThat(line("alice")).isEqualTo(new PasswordLine("alice", 600_000, before.salt(), before.hash(), Set.of("ops")));
        Cli changed = new Cli(folder).input("third");
        assertThat(changed.run("passwd", "users", "alice")).isZero();
        assertThat(changed.out()).isEqualTo("users: alice changed\n");
        assertThat(line("alice").groups()).containsExactly("ops");
        assertThat(line("alice").hash()).isNotEqualTo(before.hash());
        assertThat(new Cli(folder).run("passwd", "users", "alice", "--delete")).isZero();
        assertThat(PasswordFile.read(folder.resolve("users")).line("alice")).isNull();
        assertThat(line("bob").groups()).isEmpty();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("users")))).isEqualTo("rw-------");
        assertThat(Files.readString(folder.resolve("users"))).doesNotContain("second");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "alice --delete --keep | 2 | --delete goes with no other option",
        "alice --keep | 2 | --keep needs --groups",
        "alice --delete | 1 | users: no such file",
        "al:ice | 1 | a name in this file has no ':'",
        "alice --groups a:b | 1 | a group has no ':'",
        "alice | 1 | a password has 1 to 1024 characters",
    })
    void saysWhatIsWrong(String arguments, int code, String message) {
        String[] all = ("passwd users " + arguments.strip()).split(" ", -1);
        Cli cli = new Cli(folder).input(arguments.strip().equals("alice") ? "\n" : "password\n");
        assertThat(cli.run(all)).isEqualTo(code);
        assertThat(cli.err()).contains(message.strip());
        assertThat(Files.exists(folder.resolve("users"))).isFalse();
    }
}
