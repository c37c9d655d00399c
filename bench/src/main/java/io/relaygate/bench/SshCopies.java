package io.relaygate.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What people do with OpenSSH's programs, each a whole command with its login: copying a file by {@code scp} both ways, in its old way too, by {@code sftp},
 * and reading what a command says; and logging in, for a command that says nothing.
 *
 * @param mebibytes of a file
 * @param logins how many
 * @param programs where OpenSSH's programs are
 * @param server the server behind what is measured
 */
record SshCopies(int mebibytes, int logins, OpenSsh programs, SshServer server) implements Workload {

    private static final double MEGA = 1e6;

    @Override
    public String name() {
        return "copies";
    }

    @Override
    public List<Metric> metrics() {
        String size = mebibytes + " MiB by ";
        return List.of(new Metric("login and a command: p50 ms", 1),
                new Metric(size + "scp up: MB/s", 0), new Metric(size + "scp down: MB/s", 0), new Metric(size + "scp -O down: MB/s", 0),
                new Metric(size + "sftp down: MB/s", 0), new Metric(size + "ssh down: MB/s", 0), new Metric(size + "ssh up: MB/s", 0),
                new Metric(size + "any of these: CPU-s/GB", 2));
    }

    @Override
    public double[] measure(ProcessSet set, InetSocketAddress sink, Duration window) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory(server.folder(), "copies-");
        try {
            return measure(set, folder);
        } finally {
            Main.delete(folder);
        }
    }

    private double[] measure(ProcessSet set, Path folder) throws IOException, InterruptedException {
        long bytes = (long) mebibytes << 20;
        Path here = folder.resolve("here");
        Path there = folder.resolve("there");
        Path back = folder.resolve("back");
        write(here);
        String remote = SshServer.USER + "@127.0.0.1";
        int port = set.entry().getPort();
        double[] times = new double[logins];
        for (int i = 0; i < logins; i++) {
            times[i] = seconds(folder, command("ssh", "-p", port, remote, "true"));
        }
        Arrays.sort(times);
        double cpu = set.cpuSeconds();
        List<Double> values = new ArrayList<>(List.of(times[logins / 2] * 1e3));
        Path batch = Files.writeString(folder.resolve("batch"), "get " + there + " " + back + "\n");
        for (List<String> command : List.of(
                command("scp", "-P", port, "-q", here.toString(), remote + ":" + there),
                command("scp", "-P", port, "-q", remote + ":" + there, back.toString()),
                command("scp", "-P", port, "-q", "-O", remote + ":" + there, back.toString()),
                command("sftp", "-P", port, "-q", "-b", batch.toString(), remote),
                shell("exec \"$@\" > /dev/null", command("ssh", "-p", port, remote, "cat " + there)),
                shell("exec \"$@\" < here", command("ssh", "-p", port, remote, "cat > /dev/null")))) {
            values.add(bytes / MEGA / seconds(folder, command));
        }
        values.add((set.cpuSeconds() - cpu) * 1e9 / (6.0 * bytes));
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private void write(Path file) throws IOException {
        byte[] block = new byte[1 << 20];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int i = 0; i < mebibytes; i++) {
                new SeededBytes(1).fill(block, block.length, (long) i << 20);
                out.write(block);
            }
        }
    }

    private List<String> command(String program, String option, int port, String... more) {
        List<String> command = new ArrayList<>(List.of(
                programs.ssh().resolveSibling(program).toString(), option, Integer.toString(port), "-F", "none", "-i", server.userKey().toString(),
                "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
                "-o", "LogLevel=ERROR", "-o", "Ciphers=aes128-gcm@openssh.com"));
        command.addAll(List.of(more));
        return command;
    }

    private static List<String> shell(String script, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("sh", "-c", script, "sh"));
        command.addAll(arguments);
        return command;
    }

    private static double seconds(Path folder, List<String> command) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        try (Child child = Child.start("client", folder, command, Map.of())) {
            child.awaitSuccess();
        }
        return (System.nanoTime() - begun) / 1e9;
    }
}
