package io.relaygate.plugins.ssh.proxy;

import io.relaygate.plugins.ssh.bastion.TargetRule;
import io.relaygate.plugins.ssh.client.Algorithms;
import io.relaygate.plugins.ssh.client.LoginSettings;
import io.relaygate.sdk.DestinationTemplate;
import io.relaygate.sdk.Secret;
import io.relaygate.sdk.Setting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a route in mode {@code proxy} says.
 *
 * @param hostKeys what clients know the gateway by
 * @param targets where sessions go; the first that fits
 * @param permit what clients may do there
 * @param limits how long, and how much
 * @param banner what clients are shown before they log in; null for nothing
 * @param recording what is recorded, and where; null for nothing
 * @param auditSftp whether the audit is told what is done over sftp
 */
public record ProxySettings(
        List<Secret> hostKeys,
        List<Target> targets,
        Permit permit,
        Limits limits,
        @Nullable String banner,
        @Nullable RecordingSettings recording,
        boolean auditSftp) {

    /** Keeps its own copies. */
    public ProxySettings {
        hostKeys = List.copyOf(hostKeys);
        targets = List.copyOf(targets);
    }

    /** A rule: who is taken where. */
    public record Target(
            @Setting(value = "User names that clients ask for: `{caller}` is who logs in, other names in braces are for `to`, and `{host:web[0-9]}` is what a regular expression fits; without `{caller}` "
                            + "all of the name is the caller's.",
                            byDefault = "\"{caller}\"", example = "\"{caller}+web1\"")
                    UserPattern user,
            @Setting(value = "The destination, an SSH server; names in braces are what `user` has captured.", required = true, example = "web1")
                    DestinationTemplate to,
            @Setting(value = "Only these callers, by name; `*` stands for any letters. Left out, all.", min = "1", example = "[\"*@contoso.com\"]")
                    List<Wildcard> callers,
            @Setting(value = "Only callers in one of these groups; left out, all.", min = "1", example = "[ops]") List<String> groups,
            @Setting(value = "How the gateway logs in there.", required = true) TargetLogin login) {

        /** Keeps its own copies. */
        public Target {
            callers = List.copyOf(callers);
            groups = List.copyOf(groups);
        }
    }

    /** How the gateway logs in at a target. */
    public record TargetLogin(
            @Setting(value = "As whom the gateway logs in.", required = true, example = "app") String user,
            @Setting(value = "The private key to log in with, as OpenSSH or PEM writes it; read anew for each login.", example = "${file:web1.key}")
                    @Nullable Secret key,
            @Setting(value = "What the key is encrypted with; left out, it is not.", example = "${env:WEB1_PASSPHRASE}") @Nullable Secret passphrase,
            @Setting(value = "OpenSSH's certificate of the key, from an authority that the target trusts; read anew for each login.",
                            example = "web1-cert.pub")
                    @Nullable Path certificate,
            @Setting(value = "The socket of an agent whose keys are offered, after `key`; left out, none is asked.",
                            example = "/run/user/1000/ssh-agent.sock")
                    @Nullable Path agent,
            @Setting(value = "A password to log in with, which also answers a target that asks for it in a dialogue; left out, none is offered.",
                            example = "${file:web1.password}")
                    @Nullable Secret password,
            @Setting(value = "The keys that it may show, each as in a .pub file, or as SHA256:... says `ssh-keygen -l`; these or `hostAuthorities` "
                            + "must be given, and no other key is ever accepted.",
                            min = "1", example = "[\"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEW3Mb6wmO8qKQn7dZ9bHqJvW1bJkPZ2o5GqYt6oXyzA\"]")
                    List<String> hostKeys,
            @Setting(value = "The keys of authorities, each as in a .pub file, whose certificates it may show.", min = "1")
                    List<String> hostAuthorities,
            @Setting(value = "The name that its certificate must be for; left out, the destination's.", example = "web1.stack.local") @Nullable String name,
            @Setting(value = "What is agreed on: `modern` things alone, or `legacy` ones too (SHA-1, CBC), for servers that know nothing better.",
                            byDefault = "modern")
                    Algorithms algorithms) {

        /** Keeps its own copies. */
        public TargetLogin {
            hostKeys = List.copyOf(hostKeys);
            hostAuthorities = List.copyOf(hostAuthorities);
        }

        /**
         * The same for the client of SSH.
         *
         * @param destination where it is
         */
        LoginSettings at(String destination) {
            return new LoginSettings(
                    "target " + destination, name == null ? destination : name, user, key, passphrase, certificate, agent, password, hostKeys,
                    hostAuthorities, algorithms);
        }
    }

    /** What clients may ask of a target. */
    public record Permit(
            @Setting(value = "Whether a shell may be asked for.", byDefault = "true") boolean shell,
            @Setting(value = "Whether commands may be run; `scp -O`, `rsync` and `git` run some.", byDefault = "true") boolean exec,
            @Setting(value = "Subsystems that may be asked for; `*` stands for any letters.", byDefault = "[sftp]") List<Wildcard> subsystems,
            @Setting(value = "Whether a terminal may be asked for.", byDefault = "true") boolean pty,
            @Setting(value = "Variables of the environment that are passed on; `*` stands for any letters. Others are left out.",
                            byDefault = "[LANG, LC_*]")
                    List<Wildcard> env,
            @Setting(value = "What may be connected to from the target (`ssh -L`, `-D`, `-W`, `-J`): `host:port`, `*.name:port` or "
                            + "`network/prefix:port`; the port may be two with - between them, or *. Left out, nothing.",
                            min = "1", example = "[\"db.stack.local:5432\", \"10.7.0.0/16:443\"]")
                    List<TargetRule> localForward,
            @Setting(value = "Where the target may be asked to listen for the client (`ssh -R`): `localhost:port` as clients say it, or `network/prefix:port`; "
                            + "0.0.0.0 is all of its addresses. Left out, nowhere.",
                            min = "1", example = "[\"localhost:9000-9099\"]")
                    List<TargetRule> remoteForward,
            @Setting(value = "Whether the target may use the client's agent (`ssh -A`), and with it whatever its keys are for.", byDefault = "false")
                    boolean agentForwarding) {

        /** Keeps its own copies. */
        public Permit {
            subsystems = List.copyOf(subsystems);
            env = List.copyOf(env);
            localForward = List.copyOf(localForward);
            remoteForward = List.copyOf(remoteForward);
        }
    }

    /** How long, and how much. */
    public record Limits(
            @Setting(value = "How long a client may take to log in.", byDefault = "30s", min = "1s", max = "10m") Duration loginGrace,
            @Setting(value = "How many times a client may fail to log in before it is disconnected.", byDefault = "4", min = "1", max = "100") int tries,
            @Setting(value = "How long a session in which nothing is said is kept.", byDefault = "30m", min = "1s") Duration idle,
            @Setting(value = "How long a session may last.", byDefault = "8h", min = "1s") Duration maxDuration,
            @Setting(value = "How many channels a session may have at once.", byDefault = "16", min = "1", max = "1000") int channels,
            @Setting(value = "How often a target is asked whether it is still there; one that has said nothing for three times as long is lost.",
                            byDefault = "15s", min = "100ms", max = "1h")
                    Duration keepAlive) {}

    /** What is recorded, and where. */
    public record RecordingSettings(
            @Setting(value = "The folder for the recordings, a file for each in asciicast, version 2; it is made if it is missing.", required = true,
                            example = "/var/lib/relaygate/recordings")
                    Path folder,
            @Setting(value = "Whether what is typed is recorded too; passwords are among that.", byDefault = "false") boolean input,
            @Setting(value = "Whether commands without a terminal are recorded too; what `scp -O`, `rsync` and `git` carry is among that.", byDefault = "false")
                    boolean commands,
            @Setting(value = "What becomes of a session that cannot be recorded, or not any more: `refuse` it, or `allow` it, which the audit tells.",
                            byDefault = "refuse")
                    OnFailure onFailure) {

        /** What becomes of a session that cannot be recorded. */
        public enum OnFailure {
            /** It does not begin, or ends. */
            REFUSE,
            /** It goes on. */
            ALLOW
        }
    }
}
