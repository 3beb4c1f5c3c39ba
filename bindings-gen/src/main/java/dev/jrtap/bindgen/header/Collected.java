// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import dev.jrtap.bindgen.header.Declarations.Enumerator;
import dev.jrtap.bindgen.header.Declarations.Lost;
import dev.jrtap.bindgen.header.Declarations.Typed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.eclipse.cdt.core.dom.ast.ASTVisitor;
import org.eclipse.cdt.core.dom.ast.IASTArrayDeclarator;
import org.eclipse.cdt.core.dom.ast.IASTAttribute;
import org.eclipse.cdt.core.dom.ast.IASTCompositeTypeSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTDeclSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTDeclaration;
import org.eclipse.cdt.core.dom.ast.IASTDeclarator;
import org.eclipse.cdt.core.dom.ast.IASTElaboratedTypeSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTEnumerationSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTEqualsInitializer;
import org.eclipse.cdt.core.dom.ast.IASTExpression;
import org.eclipse.cdt.core.dom.ast.IASTFunctionDeclarator;
import org.eclipse.cdt.core.dom.ast.IASTFunctionDefinition;
import org.eclipse.cdt.core.dom.ast.IASTNode;
import org.eclipse.cdt.core.dom.ast.IASTParameterDeclaration;
import org.eclipse.cdt.core.dom.ast.IASTProblemDeclaration;
import org.eclipse.cdt.core.dom.ast.IASTSimpleDeclaration;
import org.eclipse.cdt.core.dom.ast.IASTStandardFunctionDeclarator;
import org.eclipse.cdt.internal.core.dom.parser.ASTNode;

/** The declarations of a unit, sorted by what they declare. */
final class Collected {

    /** The tag of the placeholder for types that the compiler knows and no header declares. */
    static final String BUILTIN = "__jrtap_builtin";

    final Map<String, Typed> typedefs = new LinkedHashMap<>();
    final Map<String, Typed> variables = new LinkedHashMap<>();
    final Map<String, IASTCompositeTypeSpecifier> composites = new LinkedHashMap<>();
    final List<IASTDeclSpecifier> hidden = new ArrayList<>();
    final Map<String, IASTEnumerationSpecifier> enumerations = new LinkedHashMap<>();
    final Map<String, Enumerator> enumerators = new LinkedHashMap<>();
    final Map<String, IASTExpression> macros = new LinkedHashMap<>();
    final Map<String, IASTExpression> macroBodies = new LinkedHashMap<>();
    final Map<String, Typed> functions = new LinkedHashMap<>();
    final Map<String, List<Typed>> repeated = new HashMap<>();
    final Map<String, IASTExpression> constants = new LinkedHashMap<>();
    final Map<String, String> symbols = new HashMap<>();
    final Map<String, Map<String, Typed>> fixed = new HashMap<>();
    final Map<String, Typed> inlines = new LinkedHashMap<>();
    final List<IASTProblemDeclaration> problems = new ArrayList<>();
    final List<Lost> lost = new ArrayList<>();

    private final Asides asides;

    /** Tags of types that are not defined in a declaration's specifier, by the offset of the keyword. */
    private final NavigableMap<Integer, String> elsewhere;

    Collected(IASTDeclaration[] declarations, Asides asides) {
        this.asides = asides;
        this.elsewhere = new TreeMap<>(asides.definitions);
        for (IASTDeclaration declaration : declarations) {
            if (asides.isBroken(declaration)) {
                continue;
            }
            if (declaration instanceof IASTSimpleDeclaration simple) {
                collect(simple);
            } else if (declaration instanceof IASTFunctionDefinition definition) {
                collectTypes(definition.getDeclSpecifier());
                inlines.put(
                        Syntax.innermost(definition.getDeclarator()).getName().toString(),
                        new Typed(definition.getDeclSpecifier(), definition.getDeclarator()));
            } else if (declaration instanceof IASTProblemDeclaration problem) {
                problems.add(problem);
            }
        }
        for (IASTDeclaration declaration : elsewhere.isEmpty() ? new IASTDeclaration[0] : declarations) {
            collectWithin(declaration);
        }
    }

    /** Finds the types that expressions and parameters of a declaration define, by visiting the declaration. */
    private void collectWithin(IASTDeclaration declaration) {
        ASTNode node = (ASTNode) declaration;
        NavigableMap<Integer, String> within =
                elsewhere.subMap(node.getOffset(), true, node.getOffset() + node.getLength(), false);
        if (within.isEmpty()) {
            return;
        }
        // A function's types are local to it, and a declaration that is not C is reported as a whole.
        if (declaration instanceof IASTSimpleDeclaration && !asides.isBroken(declaration)) {
            declaration.accept(new ASTVisitor() {
                {
                    shouldVisitDeclSpecifiers = true;
                }

                @Override
                public int visit(IASTDeclSpecifier specifier) {
                    if (isElsewhere(specifier)) {
                        if (isOfParameter(specifier)) {
                            hide(specifier);
                        } else {
                            collectTypes(specifier);
                        }
                    }
                    return PROCESS_CONTINUE;
                }
            });
            within.values().forEach(tag -> lost.add(new Lost(tag, declaration)));
        }
        within.clear();
    }

    private Integer keyword(IASTDeclSpecifier type) {
        String tag = Syntax.tag(type);
        ASTNode node = (ASTNode) type;
        Integer keyword = elsewhere.ceilingKey(node.getOffset());
        while (keyword != null && keyword < node.getOffset() + node.getLength()) {
            if (elsewhere.get(keyword).equals(tag)) {
                return keyword;
            }
            keyword = elsewhere.higherKey(keyword);
        }
        return null;
    }

    private boolean isElsewhere(IASTDeclSpecifier specifier) {
        return (specifier instanceof IASTCompositeTypeSpecifier || specifier instanceof IASTEnumerationSpecifier)
                && keyword(specifier) != null;
    }

    private static boolean isOfParameter(IASTNode node) {
        IASTNode at = node;
        while (at != null && !(at instanceof IASTParameterDeclaration)) {
            at = at.getParent();
        }
        return at != null;
    }

    /** Remembers a type that a parameter defines, which cannot be named outside the parentheses. */
    private void hide(IASTDeclSpecifier type) {
        found(type);
        hidden.add(type);
    }

    private void collect(IASTSimpleDeclaration declaration) {
        IASTDeclSpecifier specifier = declaration.getDeclSpecifier();
        collectTypes(specifier);
        for (IASTDeclarator declarator : declaration.getDeclarators()) {
            String name = Syntax.innermost(declarator).getName().toString();
            if (isBuiltin(specifier)) {
                continue;
            }
            if (specifier.getStorageClass() == IASTDeclSpecifier.sc_typedef) {
                typedefs.put(name, new Typed(specifier, declarator));
            } else if (isFunction(declarator)) {
                function(name, new Typed(specifier, declarator));
                symbol(name, declarator);
            } else if (declarator.getInitializer() instanceof IASTEqualsInitializer initializer
                    && initializer.getInitializerClause() instanceof IASTExpression expression
                    && name.startsWith(Probes.MACRO)) {
                macros.put(name.substring(Probes.MACRO.length()), expression);
            } else if (declarator.getInitializer() instanceof IASTEqualsInitializer initializer
                    && initializer.getInitializerClause() instanceof IASTExpression expression
                    && name.startsWith(Probes.FUNCTION)) {
                macroBodies.put(name.substring(Probes.FUNCTION.length()), expression);
            } else {
                variables.put(name, new Typed(specifier, declarator));
                if ((isConstant(declaration) || isConst(specifier, declarator))
                        && declarator.getInitializer() instanceof IASTEqualsInitializer initializer
                        && initializer.getInitializerClause() instanceof IASTExpression expression) {
                    constants.put(name, expression);
                }
            }
        }
    }

    private static boolean isBuiltin(IASTDeclSpecifier specifier) {
        return specifier instanceof IASTElaboratedTypeSpecifier elaborated
                && BUILTIN.contentEquals(elaborated.getName().toString());
    }

    /** Returns whether an object itself is const, not the object that it points to. */
    private static boolean isConst(IASTDeclSpecifier specifier, IASTDeclarator declarator) {
        return specifier.isConst()
                && !specifier.isVolatile()
                && declarator.getPointerOperators().length == 0
                && declarator.getNestedDeclarator() == null
                && !(declarator instanceof IASTArrayDeclarator);
    }

    /** Returns whether {@code constexpr} is among a declaration's specifiers. */
    private boolean isConstant(IASTSimpleDeclaration declaration) {
        ASTNode specifier = (ASTNode) declaration.getDeclSpecifier();
        Integer found = asides.constants.isEmpty() ? null : asides.constants.ceiling(specifier.getOffset());
        return found != null && found < specifier.getOffset() + specifier.getLength();
    }

    private void function(String name, Typed declared) {
        if (!name.startsWith(Declarations.FIXED)) {
            // A declaration with empty parentheses does not replace an earlier prototype.
            functions.merge(name, declared, (known, latest) -> {
                if (hasNoParameters(latest.declarator())) {
                    return known;
                }
                repeated.computeIfAbsent(name, n -> new ArrayList<>()).add(known);
                return latest;
            });
            return;
        }
        String[] names = name.substring(Declarations.FIXED.length()).split("\\" + Declarations.AS, 2);
        fixed.computeIfAbsent(names[0], f -> new LinkedHashMap<>()).put(names[names.length - 1], declared);
    }

    private static boolean hasNoParameters(IASTDeclarator declarator) {
        IASTDeclarator at = Syntax.innermost(declarator);
        while (!(at instanceof IASTFunctionDeclarator) && at.getParent() instanceof IASTDeclarator outer) {
            at = outer;
        }
        return at instanceof IASTStandardFunctionDeclarator function
                && function.getParameters().length == 0
                && !function.takesVarArgs();
    }

    private void found(IASTDeclSpecifier type) {
        Integer keyword = keyword(type);
        if (keyword != null) {
            elsewhere.remove(keyword);
        }
    }

    private void collectTypes(IASTDeclSpecifier specifier) {
        if (specifier instanceof IASTCompositeTypeSpecifier composite) {
            found(specifier);
            if (!composite.getName().toString().isEmpty()) {
                composites.put(composite.getName().toString(), composite);
            }
            for (IASTDeclaration member : composite.getMembers()) {
                if (member instanceof IASTSimpleDeclaration simple) {
                    collectTypes(simple.getDeclSpecifier());
                } else if (member instanceof IASTProblemDeclaration problem) {
                    problems.add(problem);
                }
            }
        } else if (specifier instanceof IASTEnumerationSpecifier enumeration) {
            found(specifier);
            enumerations.put(enumeration.getName().toString(), enumeration);
            Enumerator.of(enumeration).forEach(enumerator -> enumerators.put(enumerator.name(), enumerator));
        }
    }

    /** Notes the symbol that an asm label gives a function; later declarations need not repeat it. */
    private void symbol(String name, IASTDeclarator declarator) {
        for (IASTAttribute attribute : declarator.getAttributes()) {
            if (String.valueOf(attribute.getName()).equals(Declarations.SYMBOL)) {
                // Consecutive strings are one token, whose quotes are not part of the name.
                String text = Syntax.tokens(attribute.getArgumentClause()).trim();
                symbols.put(name, text.replaceFirst("^\\(?\\s*\"(.*)\"\\s*\\)?$", "$1"));
            }
        }
    }

    /** Returns whether a declarator declares a function, not a pointer to one. */
    private static boolean isFunction(IASTDeclarator declarator) {
        IASTDeclarator at = Syntax.innermost(declarator);
        while (!(at instanceof IASTFunctionDeclarator)) {
            if (at == declarator || at instanceof IASTArrayDeclarator || at.getPointerOperators().length > 0) {
                return false;
            }
            at = (IASTDeclarator) at.getParent();
        }
        return true;
    }
}
