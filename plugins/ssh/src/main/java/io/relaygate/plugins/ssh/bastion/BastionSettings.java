package io.relaygate.plugins.ssh.bastion;

import io.relaygate.plugins.ssh.client.Algorithms;
import io.relaygate.plugins.ssh.client.LoginSettings;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.Secret;
import io.relaygate.sdk.Setting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An SSH server that connects further. */
public record BastionSettings(
        @Setting(value = "Its host and port.", required = true, example = "jump.contoso.com:22") HostPort address,
        @Setting(value = "As whom the gateway logs in.", required = true, example = "relaygate") String user,
        @Setting(value = "The private key to log in with, as OpenSSH or PEM writes it; read anew for each login.", example = "${file:jump.key}")
                @Nullable Secret key,
        @Setting(value = "What the key is encrypted with; left out, it is not.", example = "${env:JUMP_PASSPHRASE}") @Nullable Secret passphrase,
        @Setting(value = "OpenSSH's certificate of the key, from an authority that the bastion trusts; read anew for each login.",
                        example = "jump-cert.pub")
                @Nullable Path certificate,
        @Setting(value = "The socket of an agent whose keys are offered, after `key`; left out, none is asked.", example = "/run/user/1000/ssh-agent.sock")
                @Nullable Path agent,
        @Setting(value = "A password to log in with, which also answers a bastion that asks for it in a dialogue (keyboard-interactive); left out, none is offered.", example = "${file:jump.password}") @Nullable Secret password,
        @Setting(value = "The keys that it may show, each as in a .pub file, or as SHA256:... says `ssh-keygen -l`; these or `hostAuthorities` "
                        + "must be given, and no other key is ever accepted.",
                        min = "1", example = "[\"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEW3Mb6wmO8qKQn7dZ9bHqJvW1bJkPZ2o5GqYt6oXyzA\"]")
                List<String> hostKeys,
        @Setting(value = "The keys of authorities, each as in a .pub file, whose certificates for the host of `address` it may show.", min = "1")
                List<String> hostAuthorities,
        @Setting(value = "What may be connected to over it, the next bastion included: `host:port`, `*.name:port`, `network/prefix:port` or "
                        + "`unix:/path`; the port may be two with - between them, or *. Left out, whatever the bastion itself lets pass.",
                        min = "1", example = "[\"sql01.stack.local:1433\", \"10.7.0.0/16:443\"]")
                List<TargetRule> permit,
        @Setting(value = "What is agreed on: `modern` things alone, or `legacy` ones too (SHA-1, CBC), for servers that know nothing better.",
                        byDefault = "modern")
                Algorithms algorithms,
        @Setting(value = "How often it is asked whether it is still there; a session that has said nothing for three times as long is lost.",
                        byDefault = "15s", min = "100ms", max = "1h")
                Duration keepAlive,
        @Setting(value = "How many sessions there may be with it.", byDefault = "4", min = "1", max = "64") int sessions,
        @Setting(value = "How many connections one session may carry; more are refused when all sessions are full.",
                        byDefault = "64", min = "1", max = "1000")
                int channels,
        @Setting(value = "How long a session without a connection is kept.", byDefault = "5m", min = "100ms") Duration idle) {

    /** Keeps its own copies. */
    public BastionSettings {
        hostKeys = List.copyOf(hostKeys);
        hostAuthorities = List.copyOf(hostAuthorities);
        permit = List.copyOf(permit);
    }

    /** How the gateway logs in. */
    LoginSettings login() {
        return new LoginSettings("bastion " + address, address.host(), user, key, passphrase, certificate, agent, password, hostKeys,
                hostAuthorities, algorithms);
    }
}
