// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.Feature;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A project with a POM of its own, without our parent: it compiles against the artifacts, and runs on the class path
 * and on the module path. Maven's repository of this machine is all the net that it has.
 */
@Tag("any-kernel")
@Timeout(300)
class OwnPomTest {

    private static final Path REPOSITORY =
            Path.of(System.getProperty("maven.repo.local", System.getenv("HOME") + "/.m2/repository"));
    private static final List<String> MODULES = List.of("syscalls", "rtap");

    /** Both projects find there what Maven has copied for the first. */
    @TempDir
    private static Path directory;

    private String parentPom;

    @BeforeEach
    void lookAsIfInstalled() throws IOException {
        boolean there =
                System.getenv("JRTAP_GUEST") == null && Programs.isInstalled("mvn") && Files.isDirectory(REPOSITORY);
        Feature.require("Maven", there, "there is no mvn, or no " + REPOSITORY);
        parentPom = Files.readString(Path.of("../pom.xml"));
        if (Files.exists(directory.resolve("settings.xml"))) {
            return;
        }
        install("jrtap", "pom", Path.of("../pom.xml"));
        for (String module : MODULES) {
            String artifact = "jrtap-" + module;
            install(artifact, "pom", Path.of("../" + module + "/pom.xml"));
            Path jar = directory.resolve(artifact + ".jar");
            install(
                    artifact,
                    "jar",
                    Consumer.pack(jar, "dev.jrtap." + module, Path.of("../" + module + "/target/classes")));
        }
        Files.writeString(
                directory.resolve("settings.xml"), """
                <settings>
                  <localRepository>%s</localRepository>
                  <mirrors>
                    <mirror><id>this-machine</id><mirrorOf>*</mirrorOf><url>%s</url></mirror>
                  </mirrors>
                </settings>
                """.formatted(directory.resolve("repository"), REPOSITORY.toUri()));
    }

    private void install(String artifact, String type, Path file) throws IOException {
        String version = version("<artifactId>jrtap</artifactId>");
        Path place = directory.resolve("repository/dev/jrtap/" + artifact + "/" + version);
        Files.createDirectories(place);
        Files.copy(file, place.resolve(artifact + "-" + version + "." + type));
    }

    /** The version that follows {@code artifact} in our parent's POM. */
    private String version(String artifact) {
        Matcher version = Pattern.compile(Pattern.quote(artifact) + "\\s*<version>([^<]+)")
                .matcher(parentPom);
        assertThat(version.find()).as(artifact).isTrue();
        return version.group(1);
    }

    @Test
    void runsOnTheClassPath() throws Exception {
        List<String> command = new ArrayList<>(List.of("-cp", compile(false), Consumer.NAME));

        assertThat(java(command)).isEqualTo("signalled for null");
    }

    @Test
    void runsOnTheModulePath() throws Exception {
        List<String> command = new ArrayList<>(ModulePathTest.OPTIONS);
        command.addAll(List.of("--module-path", compile(true), "--module", "org.example.consumer/" + Consumer.NAME));

        assertThat(java(command)).isEqualTo("signalled for dev.jrtap.rtap");
    }

    private String java(List<String> arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-Djava.io.tmpdir=" + directory,
                "--enable-native-access=ALL-UNNAMED"));
        command.addAll(arguments);
        return Consumer.run(directory, command);
    }

    /** Compiles the project by Maven; returns the path of its classes and of what they need. */
    private String compile(boolean module) throws Exception {
        Path project = Files.createDirectories(directory.resolve(module ? "module" : "classes"));
        Consumer.sources(Files.createDirectories(project.resolve("src/main/java")), module);
        Files.writeString(project.resolve("pom.xml"), """
                <project>
                  <modelVersion>4.0.0</modelVersion>
                  <groupId>org.example</groupId>
                  <artifactId>consumer</artifactId>
                  <version>1</version>
                  <properties><maven.compiler.release>17</maven.compiler.release></properties>
                  <dependencies>
                    <dependency>
                      <groupId>dev.jrtap</groupId>
                      <artifactId>jrtap-rtap</artifactId>
                      <version>%s</version>
                    </dependency>
                  </dependencies>
                </project>
                """.formatted(version("<artifactId>jrtap</artifactId>")));
        String plugins = "org.apache.maven.plugins:maven-";
        String printed = Consumer.run(
                project,
                List.of(
                        "env",
                        "MAVEN_OPTS=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
                        "mvn",
                        "-B",
                        "-q",
                        "-s",
                        directory.resolve("settings.xml").toString(),
                        plugins + "compiler-plugin:" + version("<artifactId>maven-compiler-plugin</artifactId>")
                                + ":compile",
                        plugins + "dependency-plugin:" + version("<artifactId>maven-dependency-plugin</artifactId>")
                                + ":build-classpath",
                        "-Dmdep.outputFile=class-path"));
        assertThat(project.resolve("class-path")).as(printed).exists();
        return project.resolve("target/classes") + File.pathSeparator + Files.readString(project.resolve("class-path"));
    }
}
