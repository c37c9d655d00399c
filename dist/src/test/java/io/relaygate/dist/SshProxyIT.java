package io.relaygate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** OpenSSH's programs through edge, relay and a site where SSH ends, to OpenSSH's server: as if nothing was between them. */
@Timeout(180)
@ExtendWith(NothingLeftBehind.class)
class SshProxyIT {

    private static Path folder;
    private static Sshd sshd;
    private static HttpFiles files;
    private static EdgeAndSite gateways;

    @BeforeAll
    static void start() {
        Sshd.require();
        Interop.require("curl", "sftp");
        folder = Folders.fresh("ssh-proxy");
        sshd = Sshd.start();
        files = HttpFiles.start();
        for (String key : List.of("alice", "mallory", "gateway", "carol", "authority", "dave")) {
            Programs.in(folder).start("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key).orFail();
        }
        Programs.in(folder).start("ssh-keygen", "-q", "-s", "authority", "-I", "carol", "-n", "carol", "carol.pub").orFail();
        Folders.write(folder.resolve("authorized_keys"), "caller=\"alice\" " + Folders.text(folder.resolve("alice.pub")));
        Folders.write(folder.resolve("dave_keys"), "caller=\"dave\" " + Folders.text(folder.resolve("dave.pub")));
        Folders.write(folder.resolve("codes"), "dave:GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\n");
        Folders.write(folder.resolve("known"), "* " + Folders.text(folder.resolve("gateway.pub")));
        gateways = EdgeAndSite.start(folder, "ssh", """
                entryPoints: { ssh: { listen: "127.0.0.1:0" } }
                routes: [ { name: ssh, from: ssh, to: oslo/ssh, open: true } ]
                """, """
                audit: { file: audit.jsonl }
                identityProviders:
                  keys: { publicKeys: { file: ../authorized_keys } }
                  signers: { certificateAuthorities: { file: ../authority.pub, principals: ["*"] } }
                  others: { publicKeys: { file: ../dave_keys } }
                  codes: { oneTimeCodes: { file: ../codes } }
                routes:
                  - name: ssh
                    from: hub
                    service: ssh
                    protocol: ssh
                    identityProviders: [keys, signers, "others + codes"]
                    allow: { callers: [alice, carol, dave] }
                    with:
                      mode: proxy
                      hostKeys: ["${file:../gateway}"]
                      targets:
                        - { user: "{caller}+replaced", to: web1, login: { user: "%1$s", key: "${file:%2$s}", hostKeys: ["%4$s"] } }
                        - { user: "{caller}+{host}", to: "{host}", login: { user: "%1$s", key: "${file:%2$s}", hostKeys: ["%3$s"] } }
                      permit: { localForward: ["127.0.0.1:*"], remoteForward: ["localhost:*"], agentForwarding: true }
                      recording: { folder: recordings }
                destinations:
                  web1: { addresses: ["127.0.0.1:%5$d"] }
                """.formatted(Sshd.user(), sshd.file("user"), Folders.text(sshd.file("host.pub")).strip(), Folders.text(folder.resolve("gateway.pub")).strip(), sshd.port()));
    }

    @AfterAll
    static void stop() {
        Closing.all(gateways, files, sshd);
    }

    private static List<String> options(String key) {
        return List.of(
                "-F", "none", "-i", folder.resolve(key).toString(), "-o", "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=yes",
                "-o", "UserKnownHostsFile=" + folder.resolve("known"), "-o", "BatchMode=yes", "-o", "LogLevel=ERROR");
    }

    private static List<String> words(String program, String port, String... more) {
        List<String> words = new ArrayList<>(List.of(program, port, Integer.toString(gateways.edge().port("ssh"))));
        words.addAll(options("alice"));
        words.addAll(List.of(more));
        return words;
    }

    private static Programs.Ended ssh(String... more) {
        return Programs.in(folder).start(words("ssh", "-p", more));
    }

    private static Path random(String name, int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        try {
            return Files.write(folder.resolve(name), bytes);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void commandsRunWithTheirStreamsAndTheirStatus() {
        Programs.Ended ended = ssh("alice+web1@127.0.0.1", "echo out; echo err >&2; exit 5");
        assertThat(ended.out()).isEqualTo("out\n");
        assertThat(ended.err()).isEqualTo("err\n");
        assertThat(ended.code()).isEqualTo(5);
        assertThat(ssh("alice+web1@127.0.0.1", "kill -KILL $$").code()).isEqualTo(255);
        // The client closes the channel when the streams have ended, and the status comes later.
        assertThat(ssh("alice+web1@127.0.0.1", "exec >&- 2>&-; sleep 1; exit 3").code()).isEqualTo(3);
        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(Folders.text(folder.resolve("site/audit.jsonl")))
                .contains("\"ssh.user\":\"alice+web1\"").contains("\"ssh.target\":\"web1\"").contains("\"ssh.client\":\"SSH-2.0-OpenSSH_")
                .contains("\"outcome\":\"5\"").contains("\"outcome\":\"signal KILL\"").contains("\"command\":\"kill -KILL $$\""));
    }

    @Test
    void muchGoesInAndComesOut() throws IOException {
        Path from = random("much", 20_000_000);
        List<String> words = words("ssh", "-p", "alice+web1@127.0.0.1", "cat");
        Programs.in(folder).bash("\"$@\" < much > much-back", words.toArray(String[]::new)).orFail();
        assertThat(folder.resolve("much-back")).hasSameBinaryContentAs(from);
    }

    @Test
    void aShellHasTheSizeOfItsTerminalAndItsSignalsAndItsEnvironment() throws IOException {
        Interop.require("python3");
        Path script = Files.writeString(folder.resolve("terminal.py"), """
                import fcntl, os, pty, signal, struct, sys, termios
                heard = b''
                def await_(what):
                    global heard
                    while what not in heard:
                        more = os.read(terminal, 65536)
                        if not more: sys.exit('it ended: %r' % heard)
                        heard += more
                    heard = heard[heard.index(what) + len(what):]
                def late(*_): sys.exit('what comes is %r' % heard)
                signal.signal(signal.SIGALRM, late)
                signal.alarm(50)
                def size(rows, columns):
                    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))
                def type(line, answer):
                    os.write(terminal, line)
                    await_(answer)
                    await_(b'waiting> ')
                child, terminal = pty.fork()
                if child == 0:
                    # Waits for its size.
                    sys.stdin.readline()
                    os.execvp(sys.argv[1], sys.argv[1:])
                size(31, 101)
                os.write(terminal, b'go\\n')
                await_(b'go')
                await_(b'$ ')
                type(b'PS1="wait""ing> "\\n', b'\\n')
                type(b'stty size\\n', b'31 101')
                size(45, 133)
                type(b'until [ "$(stty size)" = "45 133" ]; do sleep 0.1; done; echo resized$((1))\\n', b'resized1')
                type(b'echo "<$LC_RELAY>"\\n', b'<is here>')
                # One process says that it is there and is interrupted: between two of them the signal would be the shell's alone.
                os.write(terminal, b"sh -c 'echo begun$((1)); exec sleep 100'\\n")
                await_(b'begun1')
                type(b'\\x03', b'^C')
                type(b'echo status $?\\n', b'status 130')
                os.write(terminal, b'exit 7\\n')
                try:
                    while os.read(terminal, 65536): pass
                except OSError: pass
                sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
                """);
        List<String> words = new ArrayList<>(List.of("python3", script.toString()));
        words.addAll(words("ssh", "-p", "-tt", "-o", "SetEnv=LC_RELAY=\"is here\"", "alice+web1@127.0.0.1", "bash --norc --noprofile -i"));
        Programs.Ended ended = Programs.in(folder).start(words);
        assertThat(ended.code()).as(ended.toString()).isEqualTo(7);
    }

    @Test
    void aTerminalIsOneAndHasItsType() {
        Programs.Ended ended = Programs.in(folder).with("TERM", "vt100").start(words("ssh", "-p", "-tt", "alice+web1@127.0.0.1", "tty && echo $TERM"));
        assertThat(ended.orFail().out()).startsWith("/dev/pts/").endsWith("vt100\r\n");
    }

    @Test
    void filesAreCopiedBothWaysByEachProgram() throws IOException {
        Path from = random("from", 5_000_000);
        for (String old : List.of("-q", "-O")) {
            Path there = sshd.there("there" + old);
            Path back = folder.resolve("back" + old);
            Programs.in(folder).start(words("scp", "-P", old, from.toString(), "alice+web1@127.0.0.1:" + there)).orFail();
            Programs.in(folder).start(words("scp", "-P", old, "alice+web1@127.0.0.1:" + there, back.toString())).orFail();
            assertThat(back).hasSameBinaryContentAs(from);
        }
        Path batch = Files.writeString(folder.resolve("batch"), "put " + from + " " + sshd.there("put") + "\nls " + sshd.there("put") + "\nget "
                + sshd.there("put") + " " + folder.resolve("got") + "\nrm " + sshd.there("put") + "\n");
        Programs.in(folder).start(words("sftp", "-P", "-b", batch.toString(), "alice+web1@127.0.0.1")).orFail();
        assertThat(folder.resolve("got")).hasSameBinaryContentAs(from);
        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(Folders.text(folder.resolve("site/audit.jsonl")).lines()
                        .filter(line -> line.contains("\"ssh.sftp\"") && line.contains("\"path\":\"" + sshd.there("put") + "\"")))
                .anySatisfy(line -> assertThat(line).contains("\"written\":\"5000000\"", "\"result\":\"ok\""))
                .anySatisfy(line -> assertThat(line).contains("\"read\":\"5000000\""))
                .anySatisfy(line -> assertThat(line).contains("\"what\":\"remove\"")));
    }

    @Test
    void keysAreExchangedAnewWhileBytesPass() throws IOException {
        Path from = random("long", 20_000_000);
        Path there = sshd.there("long");
        Programs.in(folder).start(words("scp", "-P", "-o", "RekeyLimit=1M", from.toString(), "alice+web1@127.0.0.1:" + there)).orFail();
        assertThat(there).hasSameBinaryContentAs(from);
        Path back = folder.resolve("long-back");
        Programs.in(folder).start(words("scp", "-P", "-o", "RekeyLimit=1M", "alice+web1@127.0.0.1:" + there, back.toString())).orFail();
        assertThat(back).hasSameBinaryContentAs(from);
    }

    @Test
    void manySessionsShareOneConnection() {
        Path socket = sshd.file("mux");
        Child stalled = null;
        Child master = Child.start("master", folder, Map.of(),
                words("ssh", "-p", "-M", "-N", "-o", "ControlPath=" + socket, "alice+web1@127.0.0.1"));
        try {
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> Files.exists(socket));
            List<String> stalls = new ArrayList<>(List.of(Interop.path("bash").toString(), "-c", "\"$@\" 2> stalled | sleep 100", "stalls"));
            stalls.addAll(words("ssh", "-p", "-o", "ControlPath=" + socket, "alice+web1@127.0.0.1", "head -c 50M /dev/zero; echo all >&2"));
            stalled = Child.start("stalls", folder, Map.of(), stalls);
            for (int i = 0; i < 5; i++) {
                assertThat(ssh("-o", "ControlPath=" + socket, "alice+web1@127.0.0.1", "head -c 5M /dev/zero; echo " + i + " >&2").orFail().err()).isEqualTo(i + "\n");
            }
            assertThat(folder.resolve("stalled")).isEmptyFile();
        } finally {
            Closing.all(stalled, master);
        }
    }

    @Test
    void connectionsAreMadeFromTheTarget() {
        int local = FreePort.find();
        String to = local + ":" + files.address();
        Child forward = Child.start("forward", folder, Map.of(),
                words("ssh", "-p", "-N", "-L", to, "-o", "ExitOnForwardFailure=yes", "alice+web1@127.0.0.1"));
        try {
            String url = "http://127.0.0.1:" + local + "/100000";
            Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(
                            Programs.in(folder).start("curl", "-fsS", "-o", "/dev/null", "-w", "%{size_download}", url).out())
                    .isEqualTo("100000"));
        } finally {
            forward.close();
        }
        Programs.Ended refused = ssh("-W", "10.255.255.1:22", "alice+web1@127.0.0.1");
        assertThat(refused.code()).isEqualTo(255);
        assertThat(refused.err()).contains("stdio forwarding failed");
        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(Folders.text(folder.resolve("site/audit.jsonl")))
                .contains("\"to\":\"10.255.255.1:22\"").contains("\"outcome\":\"refused\""));
    }

    @Test
    void aSocksClientAndAJumpGoThroughTheTarget() {
        int local = FreePort.find();
        Child socks = Child.start("socks", folder, Map.of(),
                words("ssh", "-p", "-N", "-D", "127.0.0.1:" + local, "-o", "ExitOnForwardFailure=yes", "alice+web1@127.0.0.1"));
        try {
            Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(Programs.in(folder)
                            .start("curl", "-fsS", "--socks5", "127.0.0.1:" + local, "-o", "/dev/null", "-w", "%{size_download}", "http://" + files.address() + "/100000").out())
                    .isEqualTo("100000"));
        } finally {
            socks.close();
        }
        Folders.write(folder.resolve("jump"), """
                Host *
                  IdentitiesOnly yes
                  BatchMode yes
                  LogLevel ERROR
                Host gateway
                  HostName 127.0.0.1
                  Port %d
                  User alice+web1
                  IdentityFile %s
                  UserKnownHostsFile %s
                Host inner
                  HostName 127.0.0.1
                  Port %d
                  User %s
                  IdentityFile %s
                  ProxyJump gateway
                  UserKnownHostsFile %s
                """.formatted(gateways.edge().port("ssh"), folder.resolve("alice"), folder.resolve("known"), sshd.port(), Sshd.user(), sshd.file("user"), sshd.known()));
        assertThat(Programs.in(folder).start("ssh", "-F", folder.resolve("jump").toString(), "inner", "echo beyond").orFail().out()).isEqualTo("beyond\n");
    }

    @Test
    void theTargetListensForTheClientWhereThatIsPermitted() {
        int there = FreePort.find();
        Child forward = Child.start("back", folder, Map.of(),
                words("ssh", "-p", "-N", "-R", there + ":" + files.address(), "-o", "ExitOnForwardFailure=yes", "alice+web1@127.0.0.1"));
        try {
            String url = "http://localhost:" + there + "/100000";
            Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(
                            Programs.in(folder).start("curl", "-4", "-fsS", "-o", "/dev/null", "-w", "%{size_download}", url).out())
                    .isEqualTo("100000"));
        } finally {
            forward.close();
        }
        Programs.Ended refused = ssh("-R", "0.0.0.0:" + there + ":" + files.address(), "-o", "ExitOnForwardFailure=yes", "alice+web1@127.0.0.1", "true");
        assertThat(refused.code()).isEqualTo(255);
        assertThat(refused.err()).contains("remote port forwarding failed");
    }

    @Test
    void theTargetUsesTheAgentOfAClientThatForwardsIt() {
        Programs.Ended ended = Programs.in(folder).bash("ssh-agent bash -c 'ssh-add -q alice && \"$@\"' agent \"$@\"",
                words("ssh", "-p", "-A", "alice+web1@127.0.0.1", "ssh-add -L").toArray(String[]::new));
        assertThat(ended.orFail().out().strip()).isEqualTo(Folders.text(folder.resolve("alice.pub")).strip());
    }

    @Test
    void whatATerminalHasShownCanBePlayed() throws IOException {
        Interop.require("asciinema");
        ssh("-tt", "alice+web1@127.0.0.1", "echo shown and kept").orFail();
        List<Path> kept = new ArrayList<>();
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> {
            try (Stream<Path> all = Files.list(folder.resolve("site/recordings"))) {
                all.filter(each -> Folders.text(each).contains("shown and kept")).forEach(kept::add);
            }
            return !kept.isEmpty();
        });
        assertThat(Programs.in(folder).with("LC_ALL", "C.UTF-8").with("ASCIINEMA_CONFIG_HOME", folder.toString())
                        .start("asciinema", "play", kept.getFirst().toString()).orFail().out())
                .contains("shown and kept\r\n");
    }

    @Test
    void rsyncAndGitGoOverIt() throws IOException {
        Interop.require("rsync", "git");
        Path from = Files.createDirectories(folder.resolve("tree/below"));
        Files.copy(random("leaf", 700_000), from.resolve("leaf"));
        String shell = String.join(" ", words("ssh", "-p"));
        Path there = sshd.there("tree");
        Path back = folder.resolve("tree-back");
        Programs.in(folder).start("rsync", "-a", "-e", shell, folder.resolve("tree") + "/", "alice+web1@127.0.0.1:" + there).orFail();
        Programs.in(folder).start("rsync", "-a", "-e", shell, "alice+web1@127.0.0.1:" + there + "/", back.toString()).orFail();
        assertThat(back.resolve("below/leaf")).hasSameBinaryContentAs(from.resolve("leaf"));
        Programs.in(folder).with("GIT_SSH_COMMAND", shell).bash("""
                $GIT_SSH_COMMAND alice+web1@127.0.0.1 git init -q --bare "$2"
                git init -q "$1/here" && cd "$1/here" && echo kept > file && git add file
                git -c user.name=a -c user.email=a@example.com commit -q -m first
                git push -q "ssh://alice+web1@127.0.0.1$2" HEAD:refs/heads/main
                git clone -q -b main "ssh://alice+web1@127.0.0.1$2" "$1/clone"
                """, folder.toString(), sshd.there("repository.git").toString()).orFail();
        assertThat(folder.resolve("clone/file")).hasContent("kept");
    }

    @Test
    void puttyLogsInRunsCommandsAndCopies() throws IOException {
        Interop.require("plink", "psftp", "puttygen");
        Programs.in(folder).start("puttygen", "alice", "-o", "alice.ppk").orFail();
        String pin = Programs.in(folder).start("ssh-keygen", "-lf", "gateway.pub").orFail().out().split(" ", -1)[1];
        List<String> options = List.of("-batch", "-P", Integer.toString(gateways.edge().port("ssh")), "-i", folder.resolve("alice.ppk").toString(), "-hostkey", pin);
        List<String> plink = new ArrayList<>(List.of("plink"));
        plink.addAll(options);
        plink.addAll(List.of("alice+web1@127.0.0.1", "echo out; exit 6"));
        Programs.Ended ended = Programs.in(folder).start(plink);
        assertThat(ended.out()).as(ended.err()).isEqualTo("out\n");
        assertThat(ended.code()).isEqualTo(6);
        Path from = random("putty-from", 3_000_000);
        Path batch = Files.writeString(folder.resolve("putty-batch"), "put " + from + " " + sshd.there("putty") + "\nget " + sshd.there("putty")
                + " " + folder.resolve("putty-back") + "\n");
        List<String> psftp = new ArrayList<>(List.of("psftp"));
        psftp.addAll(options);
        psftp.addAll(List.of("-b", batch.toString(), "alice+web1@127.0.0.1"));
        Programs.in(folder).start(psftp).orFail();
        assertThat(folder.resolve("putty-back")).hasSameBinaryContentAs(from);
    }

    @Test
    void paramikoLogsInRunsCommandsAndCopies() throws IOException {
        // Debian's packages are for Debian's Python, whatever other one comes first.
        String python = "/usr/bin/python3";
        Interop.require(python);
        if (Programs.in(folder).start(python, "-c", "import paramiko").code() != 0) {
            Interop.require("python3-paramiko");
        }
        Path from = random("paramiko-from", 3_000_000);
        Path script = Files.writeString(folder.resolve("client.py"), """
                import paramiko, sys
                port, (key, start, there, back) = int(sys.argv[1]), sys.argv[2:]
                client = paramiko.SSHClient()
                client.get_host_keys().add('[127.0.0.1]:%d' % port, 'ssh-ed25519', paramiko.Ed25519Key.from_private_key_file('gateway'))
                client.set_missing_host_key_policy(paramiko.RejectPolicy())
                client.connect('127.0.0.1', port, 'alice+web1', pkey=paramiko.Ed25519Key.from_private_key_file(key), allow_agent=False, look_for_keys=False)
                command = client.exec_command('cat; exit 4')
                command[0].write(b'typed'); command[0].channel.shutdown_write()
                print(command[1].read().decode(), command[1].channel.recv_exit_status())
                sftp = client.open_sftp()
                sftp.put(start, there); sftp.get(there, back); sftp.remove(there)
                client.close()
                """);
        Programs.Ended ended = Programs.in(folder).start(python, script.toString(), Integer.toString(gateways.edge().port("ssh")), folder.resolve("alice").toString(),
                from.toString(), sshd.there("paramiko").toString(), folder.resolve("paramiko-back").toString());
        assertThat(ended.orFail().out()).isEqualTo("typed 4\n");
        assertThat(folder.resolve("paramiko-back")).hasSameBinaryContentAs(from);
    }

    private static Programs.Ended as(String key, String where) {
        List<String> words = new ArrayList<>(List.of("ssh", "-p", Integer.toString(gateways.edge().port("ssh"))));
        words.addAll(options(key));
        words.addAll(List.of(where, "echo in"));
        return Programs.in(folder).start(words);
    }

    @Test
    void whoIsNotKnownIsNotLetIn() {
        Programs.Ended ended = as("mallory", "alice+web1@127.0.0.1");
        assertThat(ended.code()).isEqualTo(255);
        assertThat(ended.err()).contains("Permission denied (publickey)");
    }

    @Test
    void aCodeIsAskedForBesideAKey() {
        Folders.write(folder.resolve("askpass"), "#!/bin/sh\ncat " + folder.resolve("code") + "\n");
        Folders.openToAll(folder.resolve("askpass"));
        for (String code : List.of("000000", TestTokens.code())) {
            Folders.write(folder.resolve("code"), code + "\n");
            List<String> words = new ArrayList<>(List.of("ssh", "-p", Integer.toString(gateways.edge().port("ssh")), "-o", "BatchMode=no", "-o", "NumberOfPasswordPrompts=1"));
            words.addAll(options("dave"));
            words.addAll(List.of("dave+web1@127.0.0.1", "echo in"));
            Programs.Ended ended = Programs.in(folder).with("SSH_ASKPASS", folder.resolve("askpass").toString()).with("SSH_ASKPASS_REQUIRE", "force").start(words);
            assertThat(ended.out()).as(ended.toString()).isEqualTo(code.equals("000000") ? "" : "in\n");
        }
    }

    @Test
    void aTargetWithAnotherKeyThanItsPinIsGivenNothing() {
        Programs.Ended ended = as("alice", "alice+replaced@127.0.0.1");
        assertThat(ended.code()).isEqualTo(255);
        assertThat(ended.out()).isEmpty();
        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(Folders.text(folder.resolve("site/audit.jsonl")))
                .contains("it shows a key that is none of `hostKeys`"));
    }

    @Test
    void aCertificateLetsInWhomItIsForAndNobodyElse() {
        assertThat(as("carol", "carol+web1@127.0.0.1").orFail().out()).isEqualTo("in\n");
        assertThat(as("carol", "alice+web1@127.0.0.1").err()).contains("Permission denied (publickey)");
    }
}
