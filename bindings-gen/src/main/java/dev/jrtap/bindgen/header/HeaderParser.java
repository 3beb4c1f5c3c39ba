// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import dev.jrtap.bindgen.BindgenException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.eclipse.cdt.core.dom.ast.IASTDeclaration;
import org.eclipse.cdt.core.dom.ast.IASTEqualsInitializer;
import org.eclipse.cdt.core.dom.ast.IASTExpression;
import org.eclipse.cdt.core.dom.ast.IASTPreprocessorIncludeStatement;
import org.eclipse.cdt.core.dom.ast.IASTProblem;
import org.eclipse.cdt.core.dom.ast.IASTSimpleDeclaration;
import org.eclipse.cdt.core.dom.ast.IASTTranslationUnit;
import org.eclipse.cdt.core.parser.ScannerInfo;
import org.eclipse.core.runtime.CoreException;

/**
 * Parses headers for one target, with a probe after the last line for each macro, so that the parser itself turns the
 * macro's text into an expression.
 *
 * <p>The parser is Eclipse CDT's. It is asked for syntax only; what types and values are, is the business of
 * {@link dev.jrtap.bindgen.layout}.
 */
public final class HeaderParser {

    private static final Path USUAL = Path.of("/usr/include");

    private static final String MAIN = "/<main>.c";

    /** Types that no header declares. The parser has to know that they are types; what they are, it need not. */
    private static final String TYPES = "typedef struct " + Collected.BUILTIN + " __builtin_va_list, __int128_t,"
            + " __uint128_t, _Float16, __bf16, _Float128, __float128, __float80, bool;\n";

    private final Target target;
    private final SearchPath path;
    private final Predefined predefined;
    private final HeaderTexts texts;
    private final Map<List<Path>, HeaderFiles> files = new HashMap<>();

    /** Makes a parser that remembers the text of the files that it has met. */
    public HeaderParser(Target target, SearchPath path) {
        this(target, path, new HeaderTexts());
    }

    /** Makes a parser that shares the texts of files with others. */
    public HeaderParser(Target target, SearchPath path, HeaderTexts texts) {
        this.target = target;
        this.path = path;
        this.predefined = new Predefined(target, path.defines());
        this.texts = texts;
    }

    /** Returns what facts call a header that is named as in {@code #include <linux/if.h>}, or by its file. */
    public String includeName(String header) {
        Path file = Path.of(header);
        return Files.isRegularFile(file)
                ? files(List.of()).includeName(file.toAbsolutePath().toString())
                : header;
    }

    /** Returns whether a header that has been read lies below a directory, by what facts call it. */
    public boolean isBelow(String includeName, Path directory) {
        return files.values().stream().anyMatch(some -> some.isBelow(includeName, directory.toString()));
    }

    /** Parses {@code headers} as one unit: names as in {@code #include <linux/if.h>}, or files. */
    public Declarations parse(List<String> headers) {
        return parse(headers, Map.of(), "", name -> true);
    }

    /**
     * Parses them with macros and C of one's own, for some of the macros.
     *
     * @param defines macros and their text, which this unit has before the first header
     * @param appendix C of one's own after the last header
     * @param wanted the macros that will be asked for
     */
    public Declarations parse(
            List<String> headers, Map<String, String> defines, String appendix, Predicate<String> wanted) {
        HeaderFiles found = files(headers);
        StringBuilder lines = new StringBuilder(TYPES);
        defines.forEach((name, value) ->
                lines.append("#define ").append(name).append(' ').append(value).append('\n'));
        for (String header : headers) {
            Path file = Path.of(header);
            if (Files.isRegularFile(file)) {
                lines.append("#include \"").append(file.toAbsolutePath()).append("\"\n");
            } else {
                found.asked(header);
                lines.append("#include <").append(header).append(">\n");
            }
        }
        lines.append(Dialect.END_OF_HEADERS).append('\n').append(appendix);
        String text = lines.toString();
        return DeepStack.call(() -> declarations(headers, found, text, wanted));
    }

    private Declarations declarations(List<String> headers, HeaderFiles found, String text, Predicate<String> wanted) {
        ProbedUnit probed = new ProbedUnit(found, predefined, target, wanted);
        try {
            IASTTranslationUnit unit = probed.parse(MAIN, text, new ScannerInfo(Map.of(), found.searchPath()));
            refuseProblems(headers, found, unit);
            return new Declarations(target, unit, probed.asides(), found, wanted, tokens -> expression(found, tokens));
        } catch (CoreException e) {
            throw new BindgenException(String.join(", ", headers) + ": the parser failed: " + e.getMessage(), e);
        } catch (CountedMacros.TooLong e) {
            throw new BindgenException(probed.place(found) + ": " + e.getMessage(), e);
        } catch (StackOverflowError e) {
            throw new BindgenException(String.join(", ", headers) + ": nested too deeply for the parser's stack", e);
        } catch (IndexOutOfBoundsException | ClassCastException | NullPointerException | IllegalArgumentException e) {
            // Faults of CDT itself, which only C that no compiler takes brings out.
            throw new BindgenException(String.join(", ", headers) + ": the parser cannot read this: " + e, e);
        }
    }

    private HeaderFiles files(List<String> headers) {
        return files.computeIfAbsent(
                path.directories(target, headers), directories -> new HeaderFiles(directories, texts));
    }

    /** Text that the parser keeps as tokens, as an expression; {@code null} if it is none. */
    private IASTExpression expression(HeaderFiles files, String text) {
        try {
            for (IASTDeclaration declaration : new ProbedUnit(files, predefined, target, name -> false)
                    .parse(MAIN, "static long x = (" + text + ");\n", new ScannerInfo())
                    .getDeclarations()) {
                if (declaration instanceof IASTSimpleDeclaration simple
                        && simple.getDeclarators().length == 1
                        && simple.getDeclarators()[0].getInitializer() instanceof IASTEqualsInitializer initializer
                        && initializer.getInitializerClause() instanceof IASTExpression expression) {
                    return expression;
                }
            }
            return null;
        } catch (CoreException e) {
            throw new BindgenException("the parser failed: " + e.getMessage(), e);
        }
    }

    /** A header of the machine's own libc is not found if other directories are named in its place. */
    private static String machines(String name, HeaderFiles files) {
        return Files.isRegularFile(USUAL.resolve(name))
                        && !List.of(files.searchPath()).contains(USUAL.toString())
                ? "; " + USUAL + " has it: to read that, too, name the other directory with -I alone"
                : "";
    }

    private static void refuseProblems(List<String> headers, HeaderFiles files, IASTTranslationUnit unit) {
        for (IASTPreprocessorIncludeStatement include : unit.getIncludeDirectives()) {
            if (include.isActive() && !include.isResolved()) {
                String from = include.getFileLocation().getFileName();
                throw new BindgenException((from.equals(MAIN)
                                ? ""
                                : files.includeName(from) + ":"
                                        + include.getFileLocation().getStartingLineNumber() + ": ")
                        + include.getName() + " is not found; searched: " + String.join(", ", files.searchPath())
                        + "; add a directory with -I"
                        + machines(include.getName().toString(), files));
            }
        }
        for (IASTProblem problem : unit.getPreprocessorProblems()) {
            if (problem.getID() == IASTProblem.PREPROCESSOR_POUND_ERROR) {
                throw new BindgenException(String.join(", ", headers) + ": " + problem.getMessageWithLocation());
            }
        }
    }
}
