// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.cdt.core.dom.ast.IASTCompositeTypeSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTDeclSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTDeclaration;
import org.eclipse.cdt.core.dom.ast.IASTDeclarator;
import org.eclipse.cdt.core.dom.ast.IASTEnumerationSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTEqualsInitializer;
import org.eclipse.cdt.core.dom.ast.IASTExpression;
import org.eclipse.cdt.core.dom.ast.IASTFileLocation;
import org.eclipse.cdt.core.dom.ast.IASTFunctionDeclarator;
import org.eclipse.cdt.core.dom.ast.IASTNode;
import org.eclipse.cdt.core.dom.ast.IASTPreprocessorMacroDefinition;
import org.eclipse.cdt.core.dom.ast.IASTSimpleDeclaration;
import org.eclipse.cdt.core.dom.ast.IASTTranslationUnit;

/**
 * What a parsed header declares, by name: typedefs, structs and unions, enumerators, macros that are expressions, functions.
 */
public final class Declarations {

    /** A declared name's type, in C's two halves. */
    public record Typed(IASTDeclSpecifier specifier, IASTDeclarator declarator) {}

    /** An enumerator: its own value, or one more than the one before, which may be {@code null}. */
    public record Enumerator(String name, IASTExpression value, Enumerator previous, IASTNode node) {}

    private final Target target;
    private final HeaderFiles files;
    private final Packing packing;
    private final Map<String, Typed> typedefs = new LinkedHashMap<>();
    private final Map<String, IASTCompositeTypeSpecifier> composites = new LinkedHashMap<>();
    private final Map<String, IASTEnumerationSpecifier> enumerations = new LinkedHashMap<>();
    private final Map<String, Enumerator> enumerators = new LinkedHashMap<>();
    private final Map<String, IASTExpression> macros = new LinkedHashMap<>();
    private final Map<String, IASTPreprocessorMacroDefinition> definitions = new LinkedHashMap<>();
    private final Map<String, IASTSimpleDeclaration> functions = new LinkedHashMap<>();

    Declarations(Target target, IASTTranslationUnit unit, HeaderFiles files, String probe) {
        this.target = target;
        this.files = files;
        this.packing = new Packing(unit);
        for (IASTPreprocessorMacroDefinition macro : unit.getMacroDefinitions()) {
            definitions.put(macro.getName().toString(), macro);
        }
        for (IASTDeclaration declaration : unit.getDeclarations()) {
            if (declaration instanceof IASTSimpleDeclaration simple) {
                collect(simple, probe);
            }
        }
    }

    private void collect(IASTSimpleDeclaration declaration, String probe) {
        IASTDeclSpecifier specifier = declaration.getDeclSpecifier();
        collectTypes(specifier);
        for (IASTDeclarator declarator : declaration.getDeclarators()) {
            String name = innermost(declarator).getName().toString();
            if (specifier.getStorageClass() == IASTDeclSpecifier.sc_typedef) {
                typedefs.put(name, new Typed(specifier, declarator));
            } else if (declarator instanceof IASTFunctionDeclarator) {
                functions.put(name, declaration);
            } else if (name.startsWith(probe)
                    && declarator.getInitializer() instanceof IASTEqualsInitializer initializer
                    && initializer.getInitializerClause() instanceof IASTExpression expression) {
                macros.put(name.substring(probe.length()), expression);
            }
        }
    }

    private void collectTypes(IASTDeclSpecifier specifier) {
        if (specifier instanceof IASTCompositeTypeSpecifier composite) {
            if (!composite.getName().toString().isEmpty()) {
                composites.put(composite.getName().toString(), composite);
            }
            for (IASTDeclaration member : composite.getMembers()) {
                if (member instanceof IASTSimpleDeclaration simple) {
                    collectTypes(simple.getDeclSpecifier());
                }
            }
        } else if (specifier instanceof IASTEnumerationSpecifier enumeration) {
            enumerations.put(enumeration.getName().toString(), enumeration);
            Enumerator previous = null;
            for (IASTEnumerationSpecifier.IASTEnumerator enumerator : enumeration.getEnumerators()) {
                String name = enumerator.getName().toString();
                previous = new Enumerator(name, enumerator.getValue(), previous, enumerator);
                enumerators.put(name, previous);
            }
        }
    }

    private static IASTDeclarator innermost(IASTDeclarator declarator) {
        IASTDeclarator inner = declarator;
        while (inner.getNestedDeclarator() != null) {
            inner = inner.getNestedDeclarator();
        }
        return inner;
    }

    public Target target() {
        return target;
    }

    /** The typedef's type, or {@code null}. */
    public Typed typedef(String name) {
        return typedefs.get(name);
    }

    /** The definition of a struct or union, or {@code null}. */
    public IASTCompositeTypeSpecifier composite(String tag) {
        return composites.get(tag);
    }

    /** The definition of an enum, or {@code null}. */
    public IASTEnumerationSpecifier enumeration(String tag) {
        return enumerations.get(tag);
    }

    /** Whether {@code #pragma pack} changes the layout of a struct that stands here. */
    public boolean isUnderPragmaPack(IASTNode node) {
        return packing.isInForceAt(node);
    }

    /** The enumerator, or {@code null}. */
    public Enumerator enumerator(String name) {
        return enumerators.get(name);
    }

    /** The expression of an object-like macro, or {@code null} if it is none. */
    public IASTExpression macro(String name) {
        return macros.get(name);
    }

    /** Where a macro is defined, or {@code null}. */
    public IASTPreprocessorMacroDefinition macroDefinition(String name) {
        return definitions.get(name);
    }

    public Collection<String> macroNames() {
        return macros.keySet();
    }

    public Collection<String> enumeratorNames() {
        return enumerators.keySet();
    }

    public Collection<String> compositeTags() {
        return composites.keySet();
    }

    public Map<String, IASTSimpleDeclaration> functions() {
        return functions;
    }

    /** The header a node stands in, by its include name; what the shims say stands in no header. */
    public String header(IASTNode node) {
        IASTFileLocation location = node.getFileLocation();
        return location == null ? "" : files.includeName(location.getFileName());
    }

    public int line(IASTNode node) {
        IASTFileLocation location = node.getFileLocation();
        return location == null ? 0 : location.getStartingLineNumber();
    }
}
