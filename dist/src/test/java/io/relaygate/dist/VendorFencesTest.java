package io.relaygate.dist;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which library may be used where, over all modules: only here are all of them on one class path. */
class VendorFencesTest {

    private static JavaClasses ours;

    @BeforeAll
    static void read() {
        ours = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.relaygate");
    }

    private static void only(String library, String... rooms) {
        noClasses()
                .that()
                .resideOutsideOfPackages(rooms)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .check(ours);
    }

    @Test
    void pluginRoomAloneKnowsThePluginFramework() {
        only("org.pf4j..", "io.relaygate.plugin..");
    }

    @Test
    void webServerIsUsedWhereRequestsAreServed() {
        only("io.undertow..", "io.relaygate.sdk.undertow..", "io.relaygate.admin..", "io.relaygate.relay.server..",
                "io.relaygate.plugins.http..");
    }

    @Test
    void parserOfHttpIsUsedByItsPluginAlone() {
        only("org.eclipse.jetty..", "io.relaygate.plugins.http.wire", "io.relaygate.plugins.http.h2");
    }

    @Test
    void sshLibraryIsUsedByItsPluginAlone() {
        only("com.jcraft..", "io.relaygate.plugins.ssh.client");
    }

    @Test
    void serverOfSshIsUsedTowardsItsClientsAlone() {
        only("org.apache.sshd..", "io.relaygate.plugins.ssh.proxy");
        only("org.bouncycastle..", "io.relaygate.plugins.ssh.proxy");
    }

    @Test
    void patternsInLinearTimeAreForTheRulesOfHttp() {
        only("com.google.re2j..", "io.relaygate.plugins.http.rules");
    }

    @Test
    void configAloneReadsYaml() {
        only("org.snakeyaml..", "io.relaygate.config..");
    }

    @Test
    void jsonDataBindingIsForAdminAlone() {
        only("tools.jackson.databind..", "io.relaygate.admin..");
    }

    @Test
    void accessAloneKnowsTokens() {
        only("com.nimbusds..", "io.relaygate.access..");
    }

    @Test
    void cliAloneKnowsTheCommandLineLibrary() {
        only("picocli..", "io.relaygate.cli..");
    }

    @Test
    void observeAloneKnowsTheLogAndTheMetricsLibrary() {
        only("ch.qos.logback..", "io.relaygate.observe..");
        only("io.prometheus..", "io.relaygate.observe..");
    }

    @Test
    void pluginsSeeTheSdkAndNotTheCore() {
        classes()
                .that()
                .resideInAPackage("io.relaygate.plugins..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "javax..", "org.jspecify.annotations..", "org.slf4j..", "org.eclipse.jetty.http",
                        "org.eclipse.jetty.http2..", "org.eclipse.jetty.io", "com.google.re2j", "com.jcraft.jsch", "org.apache.sshd..",
                        "org.bouncycastle.jce.provider",
                        "io.relaygate.sdk..", "io.relaygate.plugins..")
                .check(ours);
    }

    @Test
    void sdkSeesNothingOfOurs() {
        classes()
                .that()
                .resideInAPackage("io.relaygate.sdk")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "javax..", "org.jspecify.annotations..", "org.slf4j..", "io.relaygate.sdk")
                .check(ours);
    }
}
